/** A locked path that is no file any more: a folder, a FIFO or a link bears its name by now. */
import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { layProject, runIn, type Project } from "../hooks/project.ts";
import { leftovers, locks } from "../hooks/state.ts";
import { checkSchema, coord, coordAsync, json, jsonError, locksSchema } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

/** `agent-a` holds `e`, where by now there is a folder. */
function heldFolder(): Project {
  const project = layProject();
  json(project, locksSchema, ["lock", "acquire", "e"], A);
  mkdirSync(project.path("e"));
  return project;
}

test("a held path that has become a folder is checked, verified, renewed and released by its name", () => {
  using project = heldFolder();
  expect(json(project, checkSchema, ["lock", "check", "e"], A).state).toBe("mine");
  expect(json(project, checkSchema, ["lock", "check", "e"], B, 10).state).toBe("held");
  expect(json(project, checkSchema, ["lock", "verify", "e"], A).state).toBe("mine");
  expect(coord(project, ["lock", "renew", "e"], A).out).toStartWith("Renewed: e,");
  expect(jsonError(project, ["lock", "release", "e"], B).code).toBe("LOCK_HELD");
  expect(coord(project, ["lock", "release", "e"], A)).toMatchObject({ code: 0, out: "Released: e\n" });
  expect(locks(project.state)).toEqual([]);
});

test("one that has become a FIFO is released by its name, too", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "e"], A);
  runIn(project.dir, project.env, ["mkfifo", "e"]);
  expect(coord(project, ["lock", "release", "e"], A)).toMatchObject({ code: 0, out: "Released: e\n" });
});

test("it is released by force by the ID that the list shows", () => {
  using project = heldFolder();
  const [lock] = json(project, locksSchema, ["lock", "list"]).locks;
  const words = ["lock", "release", "e", "--force", "--lock-id", lock?.lock_id ?? ""];
  expect(coord(project, words, B)).toMatchObject({ code: 0, out: "Released: e\n" });
});

test("it is waited for, and cannot be locked again", async () => {
  using project = heldFolder();
  const waiting = coordAsync(project, ["lock", "wait", "e", "--timeout", "60s"], B);
  coord(project, ["lock", "release", "e"], A);
  expect((await waiting).code).toBe(0);
  for (const where of [A, B])
    expect(jsonError(project, ["lock", "acquire", "e"], where)).toMatchObject({ code: "USAGE", exit_code: 2 });
});

test("a folder that nobody ever locked is refused by every command that takes a path", () => {
  using project = layProject({ files: { "src/a.ts": "" } });
  const force = ["--force", "--lock-id", "x"];
  const commands = [["acquire"], ["release"], ["renew"], ["check"], ["verify"]];
  for (const [verb = "", ...rest] of [...commands, ["wait", "--timeout", "1s"], ["release", ...force]]) {
    const { code, message } = jsonError(project, ["lock", verb, "src", ...rest], A);
    expect([code, message]).toEqual(["USAGE", '"src" is not a file but a directory']);
  }
});

test("a release that is refused for one path says how each of the others fared", () => {
  using project = layProject({ files: { "d/x": "", "d2/x": "" } });
  coord(project, ["lock", "acquire", "g"], A);
  const { code, message } = jsonError(project, ["lock", "release", "d", "g", "h", "d2"], A);
  expect(code).toBe("USAGE");
  expect(message).toBe('"d" is not a file but a directory; not released either: "d2"; released: "g"; not locked: "h"');
});

const MADE: readonly (readonly [words: readonly string[], code: number])[] = [
  [["mkdir", "build"], 0],
  [["mkfifo", "build"], 0],
  [["ln", "-s", "elsewhere", "build"], 0],
  [["ln", "-s", "build", "build"], 0],
  [["sh", "-c", "mkdir build; exit 7"], 7],
];

for (const [words, code] of MADE) {
  test(`a run whose command puts something else in the file's place ends with its code: ${words.join(" ")}`, () => {
    using project = layProject();
    const run = ["run", "--lock", "build", "--", ...words];
    expect(coord(project, run)).toEqual({ code, out: "", err: "" });
    expect(leftovers(project.state)).toEqual([]);
    runIn(project.dir, project.env, ["rm", "-r", "build"]);
    // As an instance that lives on: nothing but the run gives its lock back.
    expect(coord(project, run, A)).toEqual({ code, out: "", err: "" });
    expect(locks(project.state)).toEqual([]);
  });
}

test("a lock is renewed while a link bears its file's name", () => {
  using project = layProject();
  symlinkSync("nowhere", project.path("other"));
  const script = "ln -s other build; sleep 1.5; exit 3";
  const ran = coord(project, ["run", "--lock", "build", "--ttl", "1s", "--", "sh", "-c", script], A);
  expect(ran).toEqual({ code: 3, out: "", err: "" });
  expect(locks(project.state)).toEqual([]);
});
