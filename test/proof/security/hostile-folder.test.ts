/** Nothing that lies where coord is started is run by it, or by what it starts: SECURITY.md, "Build and start". */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { BINARY } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { hookCall, run, type Call, type Place } from "./call.ts";
import { changes, fingerprint, peopled, type Peopled } from "./project.ts";
import { forget, layGitTrap, laySettingsTrap, layTrap, sprung } from "./trap.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 2_400_000);
const BUN = Bun.which("bun") ?? process.execPath;

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
  const { project } = scene;
  project.write(".gitignore", "*.log\n");
  project.git("add", ".gitignore");
  project.git("commit", "-qm", "Ignore");
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

const FOLDERS = ["", "src", "src/deep/er", ".."] as const;

function lay(): void {
  scene.reset();
  for (const folder of FOLDERS) layTrap(scene.project, folder);
  laySettingsTrap(scene.project);
}

test(
  "the traps work: Bun, git and a shell that start there run them",
  () => {
    const { project } = scene;
    lay();
    const caught = (argv: readonly string[], env = {}): readonly string[] => {
      forget(project);
      Bun.spawnSync([...argv], {
        cwd: project.dir,
        env: { ...project.env, ...env },
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
        timeout: 20_000,
      });
      return sprung(project);
    };
    expect(caught([BUN, "run", "hook.ts"])).toContain("preload");
    expect(caught([BUN, "--config=/dev/null", "-e", 'require("valibot")'])).not.toEqual([]);
    expect(caught(["sh", "-c", "PATH=.; coord; git; claude"])).toEqual(["claude", "coord", "git"]);
    // The same program, compiled as nobody should.
    project.write(join(project.root, "mutant.ts"), "console.log(process.env.COORD_HOLD);\n");
    const mutant = join(project.root, "mutant");
    const built = Bun.spawnSync([BUN, "build", "--compile", join(project.root, "mutant.ts"), "--outfile", mutant], {
      cwd: project.root,
      env: { ...project.env, BUN_OPTIONS: "" },
      timeout: 60_000,
    });
    expect(built.exitCode).toBe(0);
    const by = caught([mutant]);
    expect(by).toContain("preload");
    record({ mutant: "a binary compiled with Bun's defaults", by: `it ran the folder's ${by.join(", ")}` });
    layGitTrap(project);
    const git = [...caught(["git", "status"]), ...caught(["git", "check-ignore", "-v", "x"])];
    expect(git).toContain("included");
    expect(git).toContain("fetch");
    record({ mutant: "git without its guards", by: `it ran ${[...new Set(git)].join(", ")}` });
  },
  TIMEOUT_MS,
);

test(
  "no command and no hook runs any of it, wherever it is called from",
  async () => {
    const { project } = scene;
    lay();
    const outside = join(project.root, "outside");
    mkdirSync(outside);
    const wheres: readonly (readonly [string, Place])[] = [
      ["in it", {}],
      ["in a folder below", { cwd: project.path("src/deep/er") }],
      ["in the folder above", { cwd: project.root }],
      ["from elsewhere, with CLAUDE_PROJECT_DIR", { cwd: outside, env: { CLAUDE_PROJECT_DIR: project.dir } }],
    ];
    const faults: string[] = [];
    let calls = 0;
    for (const [where, place] of wheres) {
      const all = where === "in it" ? scene.all : sample(scene.all, scaled(12, scene.all.length), draw);
      for (const call of all) {
        forget(project);
        const { code } = await run(project, call, place);
        calls += 1;
        for (const name of sprung(project)) faults.push(`${call.name} ${where} ran "${name}"`);
        if (code === null) faults.push(`${call.name} ${where} hangs`);
      }
    }
    expect(faults).toEqual([]);
    record({
      check: "commands and hooks in a hostile folder",
      load: { calls, folders: FOLDERS.length },
      losses: faults.length,
      seed: SEED,
    });
  },
  TIMEOUT_MS,
);

test(
  "no command runs what a hostile .git names, also when its own doctor asks git",
  async () => {
    const { project } = scene;
    lay();
    layGitTrap(project);
    const asking = scene.commands.filter(({ name }) => /^(doctor|init|install|config|status)/.test(name));
    const faults: string[] = [];
    for (const call of [...asking, ...sample(scene.all, scaled(10, scene.all.length), draw)]) {
      forget(project);
      await run(project, call);
      for (const name of sprung(project)) faults.push(`${call.name} ran "${name}"`);
    }
    expect(faults).toEqual([]);
    record({
      check: "commands and hooks in a repository whose .git is hostile",
      load: { calls: asking.length },
      losses: faults.length,
      seed: SEED,
    });
  },
  TIMEOUT_MS,
);

describe("what coord starts", () => {
  const envSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

  test(
    "has the caller's environment, without the two variables by which Bun takes a program over",
    async () => {
      scene.reset();
      const program = `const { COORD_INSTANCE_ID, ...env } = process.env; process.stdout.write(JSON.stringify(env))`;
      const child: Call = {
        name: "run",
        argv: [BINARY, "run", "--lock", "free.ts", "--", "node", "-e", program],
        kind: "command",
        json: false,
      };
      const env = { BUN_OPTIONS: "--smol", NODE_OPTIONS: "--no-warnings", KEPT: "as it is\n" };
      const { out, code } = await run(scene.project, child, { env });
      expect(code).toBe(0);
      const seen = v.parse(envSchema, new TextDecoder().decode(out));
      expect(Object.keys(seen).filter((name) => name.startsWith("BUN_"))).toEqual([]);
      // They are the user's own, for the user's own command: it runs as if it had been called itself.
      expect(seen).toMatchObject({ NODE_OPTIONS: env.NODE_OPTIONS, KEPT: env.KEPT });
      record({
        check: "the environment of a command under locks",
        load: { variables: Object.keys(seen).length },
        losses: 0,
      });
    },
    TIMEOUT_MS,
  );

  test(
    "git sees neither, and may neither fetch nor ask nor run hooks",
    async () => {
      const { project } = scene;
      scene.reset();
      const bin = join(project.root, "spy");
      mkdirSync(bin, { recursive: true });
      project.write(
        join(bin, "git"),
        `#!/bin/sh\nenv >>'${bin}/env'\nprintf '%s ' "$@" >>'${bin}/argv'\necho >>'${bin}/argv'\nexec ${Bun.which("git")} "$@"\n`,
      );
      Bun.spawnSync(["chmod", "755", join(bin, "git")]);
      const [doctor] = scene.commands.filter(({ name }) => name === "doctor");
      if (doctor === undefined) throw new Error("no doctor");
      await run(project, doctor, { env: { PATH: `${bin}:${project.env["PATH"]}`, BUN_OPTIONS: "--smol" } });
      const env = project.content(join(bin, "env"));
      expect(env).not.toMatch(/^BUN_/m);
      for (const line of ["GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0"])
        expect(env).toContain(line);
      const lines = project.content(join(bin, "argv")).trimEnd().split("\n");
      expect(lines.length).toBeGreaterThan(2);
      for (const line of lines) expect(line).toStartWith("-c core.fsmonitor= -c core.hooksPath=/dev/null ");
      record({ check: "git as the doctor starts it", load: { calls: lines.length }, losses: 0 });
    },
    TIMEOUT_MS,
  );
});

test(
  "a hook makes nothing in a folder that has no state, whatever its input calls the current one",
  async () => {
    const { project } = scene;
    scene.reset();
    const bare = join(project.root, "bare-folder");
    mkdirSync(bare, { recursive: true });
    symlinkSync(project.dir, join(bare, "link"));
    const place = { cwd: bare, env: { CLAUDE_PROJECT_DIR: bare } };
    const before = fingerprint(bare);
    const verbs = ["init", "check", "heartbeat", "release", "cleanup"];
    for (const verb of verbs) {
      const input = { tool_name: "Write", tool_input: { file_path: join(bare, "x"), content: "" } };
      await run(project, hookCall(verb, "PreToolUse", bare, input), place);
    }
    expect(changes(before, fingerprint(bare))).toEqual([]);
    // The folder can be written to: with a state of its own a hook leaves its mark there.
    expect(
      (await run(project, { name: "init", argv: [BINARY, "init"], kind: "command", json: false }, place)).code,
    ).toBe(0);
    const made = fingerprint(bare);
    await run(project, hookCall("init", "SessionStart", bare, {}), place);
    expect(changes(made, fingerprint(bare))).not.toEqual([]);
    record({ check: "hooks in a folder without a state", load: { calls: verbs.length }, losses: 0 });
  },
  TIMEOUT_MS,
);
