/** Writes that nobody reported, or that were reported too late, must not be overwritten without a word. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SILENCE } from "./hook.ts";
import { layProject, runIn, BINARY } from "./project.ts";
import { session } from "./session.ts";
import { writers } from "./state.ts";

const BEFORE = { "a.ts": "1\n" };

test("a call that was interrupted after it wrote counts, also when its lock had ended before the next prompt", async () => {
  using project = layProject({ files: BEFORE });
  project.configure({ tool_ttl: "100ms" });
  const [a, b] = [session(project), session(project)];
  await a.read("a.ts");
  await b.read("a.ts");
  await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  project.write("a.ts", "A\n");
  await Bun.sleep(150);
  await a.prompt("Go on");
  expect((await b.write("a.ts", "B\n")).denied).toContain(`changed probably by ${a.id}`);
});

test("what a holder of a claim did by other means counts, also when one of its edits fails after", async () => {
  using project = layProject({ files: BEFORE });
  const [a, b] = [session(project), session(project)];
  await a.start();
  await b.read("a.ts");
  runIn(project.dir, { ...project.env, COORD_INSTANCE_ID: a.id }, [BINARY, "lock", "acquire", "a.ts"]);
  project.write("a.ts", "by Bash\n");
  await a.fail(await a.begin("Edit", { file_path: project.path("a.ts"), old_string: "none", new_string: "x" }));
  runIn(project.dir, { ...project.env, COORD_INSTANCE_ID: a.id }, [BINARY, "lock", "release", "a.ts"]);
  expect((await b.write("a.ts", "B\n")).denied).toContain(`changed by ${a.id}`);
});

test("a write that is reported after the end of its session counts", async () => {
  using project = layProject({ files: BEFORE });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  const sub = a.subagent("s1");
  await sub.start();
  const late = await sub.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  // Its record goes, its grant stays open: what a sweep leaves of an instance.
  rmSync(join(project.state, "heartbeats"), { recursive: true });
  mkdirSync(join(project.state, "heartbeats"), { mode: 0o700 });
  project.write("a.ts", "A\n");
  await sub.finish(late);
  expect(writers(project.state, "a.ts")).toEqual([sub.id]);
});

test("a lock that a killed release has left is open again for its holder's next write", async () => {
  using project = layProject({ files: BEFORE });
  project.configure({ hold: "turn" });
  const [a, b] = [session(project), session(project)];
  await a.read("a.ts");
  await b.read("a.ts");
  await a.write("a.ts", "A\n");
  const locks = join(project.state, "locks");
  // The release publishes the ledger first: killed there, the lock is left as it was.
  const kept = `${project.state}/kept`;
  runIn(project.dir, project.env, ["cp", "-r", locks, kept]);
  await a.stop();
  rmSync(locks, { recursive: true });
  renameSync(kept, locks);
  await a.begin("Write", { file_path: project.path("a.ts"), content: "A2\n" });
  project.write("a.ts", "A2\n");
  await a.client.kill();
  expect((await b.write("a.ts", "B\n")).denied).toContain(`by ${a.id}`);
});

test("a denial that is certain holds, also when what goes with it cannot be written", async () => {
  using project = layProject({ files: BEFORE });
  project.configure({ hold: "turn" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "A\n");
  rmSync(join(project.state, "tmp"), { recursive: true });
  expect((await b.write("a.ts", "B\n")).denied).toContain(`a.ts is held by ${a.id}`);
});

test("a state folder that brings a link in place of one of its folders is refused, and nothing behind the link is touched", async () => {
  using project = layProject({ files: { "package.json": "{}\n" } });
  const old = project.path("package.json");
  utimesSync(old, new Date(0), new Date(0));
  rmSync(join(project.state, "files"), { recursive: true });
  symlinkSync("../..", join(project.state, "files"));
  const { message } = await session(project).start();
  expect(message).toContain("is not a folder but a symlink");
  expect(existsSync(old)).toBe(true);
});

test("a state folder that came with a clone, without its folders, works at once", async () => {
  using project = layProject({ files: BEFORE, state: false });
  mkdirSync(project.state, { recursive: true, mode: 0o700 });
  writeFileSync(join(project.state, ".gitignore"), "*\n");
  project.configure({ hold: "turn" });
  const [a, b] = [session(project), session(project)];
  expect(await a.start()).toEqual(SILENCE);
  expect(await a.write("a.ts", "A\n")).toEqual(SILENCE);
  expect((await b.write("a.ts", "B\n")).denied).toContain(`a.ts is held by ${a.id}`);
});
