/** What commands lock and hooks never look at is said: DESIGN section 3, "Which state". */
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { session } from "../hooks/session.ts";
import { SILENCE } from "../hooks/hook.ts";
import { coord } from "./cli.ts";

const A = { COORD_INSTANCE_ID: "agent-a" } as const;

/** A submodule `lib` of the project, without a state of its own. */
function withSubmodule(): Project {
  const project = layProject({ files: { "a.ts": "" } });
  const library = join(project.root, "library");
  mkdirSync(library);
  project.git("-C", library, "init", "-q");
  project.git("-C", library, "-c", "user.name=T", "-c", "user.email=t@x", "commit", "-q", "--allow-empty", "-m", "One");
  project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "lib");
  return project;
}

test("a lock in a submodule without a state says that hooks do not look there, and how they come to", async () => {
  using project = withSubmodule();
  const locked = coord(project, ["lock", "acquire", "a.ts", "lib/l.ts", "lib/m.ts"], { env: A });
  expect(locked.code).toBe(0);
  const [line = "", ...more] = locked.err.trimEnd().split("\n");
  expect(more).toEqual([]);
  const lib = project.path("lib");
  expect(line).toStartWith(
    `coord: warn: hooks do not look at "lib/l.ts" and 1 more, so only commands keep to this lock: `,
  );
  expect(line).toContain(`the repository "${lib}" has no coord state`);
  const cure = `cd ${lib} && coord init`;
  expect(line).toEndWith(`: ${cure}`);
  // It is true, and the cure works.
  expect(await session(project).write("lib/l.ts", "1\n")).toEqual(SILENCE);
  expect(coord(project, ["init"], { cwd: lib }).code).toBe(0);
  const again = coord(project, ["lock", "acquire", "lib/l.ts"], { env: A });
  expect([again.code, again.err]).toEqual([0, ""]);
  expect((await session(project).write("lib/l.ts", "2\n")).denied).toContain("held by agent-a");
});

test("run --lock says it before the command begins, and so does acquire --wait", () => {
  using project = withSubmodule();
  const ran = coord(project, ["run", "--lock", "lib/l.ts", "--", "sh", "-c", "echo begun >&2"], { env: A });
  expect(ran.code).toBe(0);
  expect(ran.err).toMatch(/^coord: warn: hooks do not look at "lib\/l\.ts", .*\nbegun\n$/);
  const waited = coord(project, ["lock", "acquire", "lib/l.ts", "--wait", "1s", "--json"], { env: A });
  expect(waited.err).toContain("hooks do not look");
  expect(() => void JSON.parse(waited.out)).not.toThrow();
});

test("a lock outside of every repository says so in one line", () => {
  using project = layProject();
  const outside = join(project.root, "x.ts");
  for (const env of [A, { ...A, CLAUDE_PROJECT_DIR: project.dir }]) {
    const { code, err } = coord(project, ["lock", "acquire", outside], { env });
    expect(code).toBe(0);
    expect(err).toMatch(
      /^coord: warn: hooks do not look at ".*x\.ts", .*: it lies outside of every repository\. .*\n$/,
    );
  }
});

test("nothing is said of what hooks look at", () => {
  using project = layProject({ files: { "a.ts": "" } });
  project.git("worktree", "add", "-q", join(project.root, "linked"));
  const inner = project.path("inner");
  mkdirSync(inner);
  project.git("-C", inner, "init", "-q");
  coord(project, ["init"], { cwd: inner });
  for (const path of ["a.ts", "new/b.ts", "../linked/a.ts", "inner/x.ts"]) {
    expect(coord(project, ["lock", "acquire", path], { env: A }).err).toBe("");
  }
  const everywhere = { ...A, COORD_DIR: join(project.root, "state") };
  expect(coord(project, ["init"], { env: everywhere }).code).toBe(0);
  expect(coord(project, ["lock", "acquire", join(project.root, "x.ts")], { env: everywhere }).err).toBe("");
});
