/** A checkout of another user's, whose state is closed: nobody is led to break it. */
import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { answerOf, rawHook } from "../hooks/hook.ts";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { coord } from "./cli.ts";

const NOBODY = 65_534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", BINARY] as const;
const isRoot = process.getuid?.() === 0;

/** Runs the binary as a user who is not the project's. */
function asNobody(project: Project, words: readonly string[]) {
  const home = join(project.root, "nobody");
  mkdirSync(home, { recursive: true });
  chownSync(home, NOBODY, NOBODY);
  chmodSync(project.root, 0o755);
  const env = { ...project.env, HOME: home, GIT_CONFIG_COUNT: "0" };
  const done = Bun.spawnSync([...AS_NOBODY, ...words], { cwd: project.dir, env, stdin: "ignore", timeout: 15_000 });
  return { code: done.exitCode, err: done.stderr.toString(), out: done.stdout.toString() };
}

/** What would end the owner's live state, or open it. */
const HARMFUL = /chown|move it|remove|coord init|make it readable/;

for (const words of [["lock", "acquire", "a.ts"], ["lock", "list"], ["init"], ["status"]]) {
  test(`another user's coord ${words.join(" ")} says whose state it is, and what to do instead`, () => {
    if (!isRoot) return; // only root can act as another user
    using project = layProject();
    const { code, err } = asNobody(project, words);
    expect(code).toBe(1);
    expect(err).toContain(`Error: The state folder "${project.state}" belongs to another user (uid 0)\n`);
    expect(err).toContain("Next: work as that user, or in a checkout of your own\n");
    expect(err).not.toContain("config.json");
    expect(err).not.toMatch(HARMFUL);
  });
}

test("another user's doctor says so once, and leads to nothing that breaks the owner's state", () => {
  if (!isRoot) return; // only root can act as another user
  using project = layProject();
  const { code, out } = asNobody(project, ["doctor"]);
  expect(code).toBe(1);
  expect(out).toContain(`"${project.state}" belongs to another user (uid 0)`);
  expect(out).toContain("work as that user, or in a checkout of your own");
  expect(out).not.toContain("config.json");
  expect(out).not.toMatch(/chown|move it/);
});

test("another user's session is told the same in one line, and goes on", async () => {
  if (!isRoot) return; // only root can act as another user
  using project = layProject();
  chmodSync(project.root, 0o755);
  const tool_input = { file_path: project.path("a.ts") };
  const input = { session_id: "s", hook_event_name: "PreToolUse", tool_name: "Write", cwd: project.dir, tool_input };
  const ended = await rawHook(input, { cwd: project.dir, env: project.env }, [...AS_NOBODY, "hook", "check"]);
  const { denied, message } = answerOf(ended, input);
  expect(denied).toBeUndefined();
  expect(message).toBe(
    `coord: The state folder "${project.state}" belongs to another user (uid 0) (work as that user, or in a checkout of your own). The session goes on without this check.`,
  );
});

test("a config.json of one's own that cannot be read is still called that", () => {
  if (!isRoot) return; // only root can act as another user
  using project = layProject();
  Bun.spawnSync(["chown", "-R", `${NOBODY}:${NOBODY}`, project.dir]);
  project.configure({});
  chmodSync(join(project.state, "config.json"), 0o600);
  expect(asNobody(project, ["lock", "acquire", "a.ts"]).err).toContain("config.json");
});

test("in one's own checkout what sudo left is given back", () => {
  if (!isRoot) return; // only root can act as another user
  using project = layProject();
  chownSync(project.dir, NOBODY, NOBODY);
  expect(asNobody(project, ["lock", "acquire", "a.ts"]).err).toContain(
    `Next: if coord was run with sudo here: sudo chown -R "$(id -un)" ${project.state}\n`,
  );
});

test("a named state folder of another user's is answered by another name", () => {
  if (!isRoot) return; // only root can act as another user
  using project = layProject();
  const state = join(project.root, "state");
  const env = { COORD_DIR: state };
  expect(coord(project, ["init"], { env }).code).toBe(0);
  chownSync(state, NOBODY, NOBODY);
  const { err } = coord(project, ["lock", "acquire", "a.ts"], { env });
  expect(err).toContain("Next: let COORD_DIR name a folder of your own\n");
});
