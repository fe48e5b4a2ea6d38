/** `coord lock release --force --lock-id`. */
import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layProject } from "../hooks/project.ts";
import { events, locks } from "../hooks/state.ts";
import { coord, jsonError } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

test("a lock is released by the ID that list, check and status show", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  const shown = [
    ["lock", "list"],
    ["lock", "check", "a.ts"],
    ["status", "--verbose"],
  ].map((words) => {
    const [, id = "none"] = /Lock ID: (\S+)/.exec(coord(project, words, B).out) ?? [];
    return id;
  });
  expect(new Set(shown).size).toBe(1);
  const force = ["lock", "release", "a.ts", "--force", "--lock-id", shown[0] ?? ""];
  expect(coord(project, force, B)).toMatchObject({ code: 0, out: "Released: a.ts\n" });
  expect(coord(project, force, B)).toMatchObject({ code: 0, out: "Not locked: a.ts\n" });
  expect(events(project.state, "force_released")).toMatchObject([{ instance: "agent-b", from: "agent-a" }]);
  expect(coord(project, ["lock", "release", "a.ts"], A).code).toBe(11);
  coord(project, ["lock", "acquire", "a.ts"], A);
  expect(coord(project, force, B)).toMatchObject({ code: 10, err: expect.stringContaining("held by agent-a") });
  expect(locks(project.state)).toEqual(["a.ts claim agent-a"]);
});

test("force without an ID, an ID without force, and force for several or all are misuse", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "b.ts"], A);
  for (const words of [
    ["a.ts", "--force"],
    ["a.ts", "--lock-id", "x"],
    ["a.ts", "b.ts", "--force", "--lock-id", "x"],
    ["--all", "--force", "--lock-id", "x"],
    ["--force", "--lock-id", "x"],
  ]) {
    expect(jsonError(project, ["lock", "release", ...words], B)).toMatchObject({ code: "USAGE", exit_code: 2 });
  }
  expect(locks(project.state)).toHaveLength(2);
});

test("a lock file that cannot be read is not to be forced away", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  const folder = join(project.state, "locks");
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "{");
  const force = ["lock", "release", "a.ts", "--force", "--lock-id", "unreadable"];
  expect(jsonError(project, force, B)).toMatchObject({
    code: "LOCK_HELD",
    message: expect.stringContaining("cannot be read"),
  });
  expect(readdirSync(folder)).toHaveLength(1);
});
