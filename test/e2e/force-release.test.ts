/** `coord lock release --force --lock-id`. */
import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { layProject, type Project } from "../hooks/project.ts";
import { events, locks } from "../hooks/state.ts";
import { checkSchema, coord, jsonError } from "./cli.ts";

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

/** How a.ts stands to the first instance, whatever the exit code. */
function checked(project: Project) {
  const { out } = coord(project, ["lock", "check", "a.ts", "--json"], A);
  return v.parse(v.pipe(v.string(), v.parseJson(), checkSchema), out);
}

/** The ID of the lock on a.ts. */
function idOn(project: Project): string {
  return checked(project).lock?.lock_id ?? "";
}

test("the former holder is told by whom and when its lock was ended, whatever it asks", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  coord(project, ["lock", "release", "a.ts", "--force", "--lock-id", idOn(project)], B);
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  const nobodySince = new RegExp(`was ended by force by agent-b at ${time}[;,] nobody has had it since`);
  for (const verb of ["check", "verify", "renew"]) {
    const { code, out, err } = coord(project, ["lock", verb, "a.ts"], A);
    expect({ verb, code, text: out + err }).toEqual({ verb, code: 11, text: expect.stringMatching(nobodySince) });
  }
  expect(checked(project)).toMatchObject({
    state: "expired",
    forced: { by: "agent-b", at: expect.stringMatching(new RegExp(time)) },
  });
  coord(project, ["lock", "acquire", "a.ts"], B);
  const bobSince = new RegExp(`was ended by force by agent-b at ${time}, and agent-b was granted it since`);
  for (const verb of ["check", "verify", "renew", "release"]) {
    const { code, out, err } = coord(project, ["lock", verb, "a.ts"], A);
    expect({ verb, code, text: out + err }).toEqual({ verb, code: 12, text: expect.stringMatching(bobSince) });
  }
});

test("a lock that ended by itself after an earlier one was ended by force is told as such", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  coord(project, ["lock", "release", "a.ts", "--force", "--lock-id", idOn(project)], B);
  coord(project, ["lock", "acquire", "a.ts", "--ttl", "1ms"], A);
  const { code, err } = coord(project, ["lock", "release", "a.ts"], A);
  expect({ code, err }).toEqual({ code: 11, err: expect.stringContaining("had ended before it was released") });
});

test("a lock that was lost to another is told so, with what works next, though the content is untouched", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "--ttl", "1ms"], A);
  coord(project, ["lock", "acquire", "a.ts"], B);
  for (const verb of ["check", "verify"]) {
    expect(coord(project, ["lock", verb, "a.ts"], A)).toMatchObject({
      code: 12,
      out: "Changed: your lock on a.ts had ended, and agent-b was granted it since\nTo wait: coord lock wait a.ts --timeout 60s\n",
    });
  }
  expect(checked(project)).toMatchObject({
    state: "changed",
    reason: "granted_to_another",
    granted_to: "agent-b",
  });
  coord(project, ["lock", "release", "a.ts"], B);
  expect(coord(project, ["lock", "check", "a.ts"], A).out).toEndWith(
    "agent-b was granted it since\nRead it again, then: coord lock acquire a.ts\n",
  );
  expect(coord(project, ["lock", "wait", "a.ts", "--timeout", "1s"], A)).toMatchObject({
    code: 0,
    out: expect.stringContaining(
      "Free: a.ts; your lock on it had ended, and agent-b was granted it since: read it again\n",
    ),
  });
});

test("content that changed under a lock is told as that", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  writeFileSync(join(project.dir, "a.ts"), "other\n");
  expect(checked(project)).toMatchObject({
    state: "changed",
    reason: "content",
  });
});
