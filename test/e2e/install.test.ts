/** `coord install` and `uninstall`, as the settings that the client reads and runs. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { answerOf, rawHook, SILENCE } from "../hooks/hook.ts";
import { BINARY, layProject, type Project, type Vars } from "../hooks/project.ts";
import { locks } from "../hooks/state.ts";
import { coord, jsonError, type Ran } from "./cli.ts";

const SCOPES = ["user", "project", "local"] as const;
type Scope = (typeof SCOPES)[number];

function settings(project: Project, scope: Scope): string {
  if (scope === "user") return join(project.env["HOME"] ?? "", ".claude/settings.json");
  return project.path(scope === "project" ? ".claude/settings.json" : ".claude/settings.local.json");
}

function install(project: Project, scope: Scope, ...flags: readonly string[]): Ran {
  return coord(project, ["install", "--scope", scope, ...flags]);
}

const handlerSchema = v.looseObject({
  type: v.literal("command"),
  command: v.string(),
  args: v.optional(v.array(v.string())),
  timeout: v.number(),
  async: v.optional(v.literal(true)),
});
const settingsSchema = v.looseObject({
  hooks: v.record(
    v.string(),
    v.array(v.looseObject({ matcher: v.optional(v.string()), hooks: v.array(handlerSchema) })),
  ),
});

function wired(path: string): v.InferOutput<typeof settingsSchema>["hooks"] {
  return v.parse(v.pipe(v.string(), v.parseJson(), settingsSchema), readFileSync(path, "utf8")).hooks;
}

/** Runs what the settings say for an event, as the client does: exec form directly, shell form with sh. */
async function run(project: Project, path: string, event: string, fields: object, env: Vars = {}) {
  const handlers = (wired(path)[event] ?? []).flatMap((group) => group.hooks).filter((h) => h.async === undefined);
  const input = { session_id: "s", cwd: project.dir, hook_event_name: event, ...fields };
  const place = { cwd: project.dir, env: { ...project.env, CLAUDE_PROJECT_DIR: project.dir, ...env } };
  const told = [];
  for (const { command, args } of handlers) {
    const argv = args === undefined ? ["sh", "-c", command] : [command, ...args];
    told.push(answerOf(await rawHook(input, place, argv), input));
  }
  return told;
}

const WRITE = { tool_name: "Write", tool_use_id: "t" } as const;

for (const scope of SCOPES) {
  test(`install in ${scope} scope wires every event of DESIGN section 5, and inits`, () => {
    using project = layProject({ state: false });
    expect(install(project, scope).code).toBe(0);
    const hooks = wired(settings(project, scope));
    expect(Object.keys(hooks).toSorted()).toEqual(
      ["PostToolBatch", "PostToolUse", "PostToolUseFailure", "PreToolUse", "SessionEnd", "SessionStart", "Stop"].concat(
        ["SubagentStart", "SubagentStop", "UserPromptSubmit"],
      ),
    );
    const handlers = Object.values(hooks)
      .flat()
      .flatMap((group) => group.hooks);
    for (const handler of handlers) {
      if (scope === "project") expect(handler.command).not.toContain(dirname(BINARY));
      else expect([handler.command, handler.args?.[0]]).toEqual([BINARY, "hook"]);
    }
    expect(existsSync(project.state)).toBe(true);
  });

  test(`what install wires in ${scope} scope locks a file`, async () => {
    using project = layProject({ state: false });
    const bin = join(project.root, "bin");
    mkdirSync(bin);
    symlinkSync(BINARY, join(bin, "coord"));
    const env = { PATH: `${bin}:${project.env["PATH"] ?? ""}` };
    install(project, scope);
    const path = settings(project, scope);
    expect(await run(project, path, "SessionStart", { source: "startup" }, env)).toEqual([SILENCE]);
    expect(await run(project, path, "PreToolUse", { ...WRITE, tool_input: { file_path: "a.ts" } }, env)).toEqual([
      SILENCE,
    ]);
    expect(locks(project.state)).toEqual([expect.stringMatching(/^a\.ts tool claude-/)]);
    await run(project, path, "SessionEnd", { reason: "other" }, env);
    expect(locks(project.state)).toEqual([]);
  });

  test(`install in ${scope} scope twice changes nothing, and uninstall restores every byte`, () => {
    using project = layProject();
    const path = settings(project, scope);
    mkdirSync(dirname(path), { recursive: true });
    const before = `// mine\n{\n\t"model": "opus", // keep\n\t"hooks": {\n\t\t"Stop": [{"hooks":[{"type":"command","command":"say done"}]}],\n\t},\n}\n`;
    writeFileSync(path, before);
    expect(install(project, scope).code).toBe(0);
    const once = readFileSync(path, "utf8");
    expect(once).toContain("// mine");
    expect(once).toContain("say done");
    expect(install(project, scope).out).toContain("Already wired");
    expect(readFileSync(path, "utf8")).toBe(once);
    expect(coord(project, ["uninstall"]).code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(coord(project, ["uninstall"]).out).toContain("Nothing of coord");
  });

  test(`install --dry-run in ${scope} scope shows the change and writes nothing`, () => {
    using project = layProject({ state: false });
    const { out, code } = install(project, scope, "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain("SessionStart");
    expect(out).toContain("Nothing was written");
    expect(existsSync(settings(project, scope))).toBe(false);
    expect(existsSync(project.state)).toBe(false);
  });

  test(`install in ${scope} scope leaves settings alone that it cannot read`, () => {
    using project = layProject();
    const path = settings(project, scope);
    mkdirSync(dirname(path), { recursive: true });
    for (const text of ['{"hooks": {', "[]", '{"hooks": []}']) {
      writeFileSync(path, text);
      const { exit_code, message } = jsonError(project, ["install", "--scope", scope]);
      expect(exit_code).toBe(1);
      expect(message).toContain(path);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });
}

describe("settings shared with a team", () => {
  const without = { PATH: "/usr/bin:/bin" } as const;

  test("stay silent where coord is missing, but for one line at the start of a session", async () => {
    using project = layProject({ state: false });
    install(project, "project");
    const path = settings(project, "project");
    const [start] = await run(project, path, "SessionStart", { source: "startup" }, without);
    expect(start?.message).toContain("coord is not installed here");
    for (const event of ["PreToolUse", "PostToolUse", "PostToolBatch", "Stop", "UserPromptSubmit", "SessionEnd"]) {
      for (const told of await run(project, path, event, { ...WRITE, tool_input: {} }, without))
        expect(told).toEqual(SILENCE);
    }
  });
});

test("--hold writes the project's config, and nothing else of it changes", () => {
  using project = layProject();
  writeFileSync(join(project.state, "config.json"), '{\n  "ttl": "1m"\n}\n');
  expect(install(project, "local", "--hold", "turn").code).toBe(0);
  expect(readFileSync(join(project.state, "config.json"), "utf8")).toBe('{\n  "ttl": "1m",\n  "hold": "turn"\n}\n');
});

test("settings that are a link stay one, and keep their mode", () => {
  using project = layProject();
  const path = settings(project, "user");
  const real = join(project.root, "dotfiles.json");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(real, "{}\n");
  chmodSync(real, 0o640);
  symlinkSync(real, path);
  expect(install(project, "user").code).toBe(0);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(wired(real)["Stop"]).toHaveLength(1);
});

test("CLAUDE_CONFIG_DIR is where the user's settings are", () => {
  using project = layProject();
  const env = { CLAUDE_CONFIG_DIR: join(project.root, "claude") };
  expect(coord(project, ["install"], { env }).code).toBe(0);
  expect(wired(join(project.root, "claude/settings.json"))["Stop"]).toHaveLength(1);
  expect(existsSync(settings(project, "user"))).toBe(false);
});

/** A user whom the system's list does not have. */
const UNLISTED = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"] as const;

for (const HOME of ["", "home"]) {
  test(`install with HOME="${HOME}" and nobody who knows better writes nothing, and says what to type`, () => {
    if (process.getuid?.() !== 0) return; // only root can act as another user
    using project = layProject({ state: false, git: false });
    chmodSync(project.root, 0o755);
    chownSync(project.dir, 54_321, 54_321);
    for (const words of [["install"], ["install", "--dry-run"], ["uninstall"]]) {
      const env = { ...project.env, HOME };
      const done = Bun.spawnSync([...UNLISTED, BINARY, ...words], { cwd: project.dir, env, stdin: "ignore" });
      expect(done.exitCode).toBe(1);
      expect(done.stderr.toString()).toBe(
        `Error: Nobody knows where your home folder is: HOME is "${HOME}"\nNext: export HOME=/absolute/path/of/your/home\n`,
      );
      expect(readdirSync(project.dir)).toEqual([]);
    }
  });
}

test("a relative XDG_CONFIG_HOME takes no settings from the project", () => {
  using project = layProject();
  project.write("coord/config.json", '{"on_conflict":"off"}');
  const { out } = coord(project, ["config"], { env: { XDG_CONFIG_HOME: "." } });
  expect(out).toContain(join(project.env["HOME"] ?? "", ".config/coord/config.json"));
  expect(out).toMatch(/on_conflict +"deny" +default/);
});
