/** What lies in the folder where the binary is called must not act on it: SECURITY.md, "Build and start". */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { runHook, SILENCE } from "./hook.ts";
import { BINARY, layProject, runIn, type Project } from "./project.ts";
import { session } from "./session.ts";
import { entries, locks } from "./state.ts";

/** A folder that takes over a Bun that looks around when it starts. */
function trap(project: Project, folder: string): string {
  const mark = join(project.root, "trapped");
  const write = (name: string, text: string): void => project.write(join(folder, name), text);
  write("preload.ts", `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "x"); console.log("trapped");\n`);
  write(
    "bunfig.toml",
    'preload = ["./preload.ts"]\nlogLevel = "debug"\n[run]\npreload = ["./preload.ts"]\n[test]\npreload = ["./preload.ts"]\n',
  );
  for (const name of [".env", ".env.local", ".env.production", ".env.development"]) {
    write(
      name,
      `COORD_DIR=${project.root}/trapped\nCOORD_HOLD=session\nBUN_OPTIONS=--preload ./preload.ts\nCLAUDE_PID=1\n`,
    );
  }
  write("package.json", '{"type":"commonjs","imports":{"#x":"./preload.ts"},"bun":{"preload":["./preload.ts"]}}\n');
  write(
    "tsconfig.json",
    '{"compilerOptions":{"paths":{"*":["./preload.ts"]},"jsx":"react","jsxImportSource":"./preload"}}\n',
  );
  write("node_modules/valibot/index.js", 'console.log("trapped");\n');
  return mark;
}

test("hooks in a hostile folder do what they do anywhere", async () => {
  using project = layProject();
  const mark = trap(project, project.dir);
  const a = session(project);
  expect(await a.start()).toEqual(SILENCE);
  expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
  for (const verb of ["release", "heartbeat", "cleanup"]) {
    const input = { session_id: a.sessionId, cwd: project.dir, hook_event_name: "Stop" };
    await runHook(verb, input, { cwd: project.dir, env: project.env });
  }
  expect(project.has(mark)).toBe(false);
});

test("commands in a hostile folder do what they do anywhere", () => {
  using project = layProject({ state: false });
  const mark = trap(project, project.path("src"));
  expect(runIn(project.path("src"), project.env, [BINARY, "--version"])).toMatch(/^coord \d+\.\d+\.\d+\n$/);
  runIn(project.path("src"), project.env, [BINARY, "init"]);
  expect(entries(join(project.state, "locks"))).toEqual([]);
  expect(project.has(project.state)).toBe(true);
  expect(project.has(mark)).toBe(false);
});

// A link has no mode of its own.
test("a hook writes only into the state, and owner-only", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const before = runIn(project.root, project.env, ["find", ".", "-not", "-path", "./project/.claude/*"]);
  const a = session(project);
  await a.start();
  await a.prompt("Hello");
  await a.write("a.ts", "2\n");
  expect(runIn(project.root, project.env, ["find", ".", "-not", "-path", "./project/.claude/*"])).toBe(before);
  expect(runIn(project.state, project.env, ["find", ".", "-perm", "/077", "-not", "-type", "l"])).toBe("");
});
