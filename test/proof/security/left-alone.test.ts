/** What coord tidies or takes out for somebody: only what is its own. SECURITY.md, "Files". */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { lutimesSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { coord } from "../../e2e/cli.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { OTHER, run } from "./call.ts";
import { changes, fingerprint, peopled, type Peopled } from "./project.ts";

const TIMEOUT_MS = scaled(240_000, 600_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

const LONG_AGO = new Date("2026-01-08T12:00:00Z");
const KEY = "0123456789abcdef0123456789abcdef";

/** Names that are nearly coord's own, and folders that bear coord's names. All are old. */
const NEARLY = {
  files: [
    "tmp/0123456789ab-1",
    "tmp/0123456789ab-1-1.bak",
    "tmp/0123456789AB-1-1",
    "tmp/told-0123456789abcdef0123456",
    "tmp/told-0123456789abcdef01234567x",
    "tmp/notes.txt",
    "guard.tmp.x/free",
    "guard.tmp.0123.old/free",
    "guard.tmp.0123/free.bak",
    "guard.tmpx0123/free",
    "heartbeats/notes.txt",
    `locks/${KEY}.json.bak`,
    `files/${KEY}x.txt`,
    `held/agent-z/${KEY}.bak`,
    "corrupt/mine.json",
    "decisions/2026-01/notes.md",
    "decisions/README.md",
    "bin/mine",
    "lib/mine.sh",
    "schemas/mine.schema.json",
    "events.1.jsonl.gz",
    "notes.txt",
  ],
  folders: ["tmp/0123456789ab-1-2", "guard.tmp.9999", "tmp/told-0123456789abcdef01234567"],
  links: ["tmp/0123456789ab-1-3", "tmp/told-0123456789abcdef01234568", "guard.tmp.8888"],
} as const;

/** What coord itself would have left there. */
const OWN = ["tmp/0123456789ab-1-1", "tmp/told-0123456789abcdef01234569", "guard.tmp.0124/free"] as const;

test(
  "cleanup, uninstall, init and doctor --fix leave everything alone that is not coord's own",
  async () => {
    scene.reset();
    const { project } = scene;
    const outside = join(project.root, "canary-folder");
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, "free"), "canary\n");
    const at = (name: string): string => join(project.state, name);
    for (const name of NEARLY.files) project.write(at(name), "mine\n");
    for (const name of NEARLY.folders) project.write(at(`${name}/inside.txt`), "mine\n");
    for (const name of NEARLY.links) symlinkSync(outside, at(name));
    const all = [...NEARLY.files, ...NEARLY.folders.map((name) => `${name}/inside.txt`)];
    for (const name of OWN) project.write(at(name), "");
    // What is pruned by its age has to be old to be looked at, a folder and a link too.
    const guards = [...NEARLY.files, ...OWN].map(dirname).filter((name) => name.startsWith("guard.tmp"));
    for (const name of [...all, ...OWN, ...guards, ...NEARLY.folders, ...NEARLY.links])
      lutimesSync(at(name), LONG_AGO, LONG_AGO);
    utimesSync(outside, LONG_AGO, LONG_AGO);
    const before = fingerprint(outside);
    for (const words of [
      ["lock", "cleanup"],
      ["init"],
      ["doctor", "--fix"],
      ["uninstall"],
      ["install", "--scope", "local"],
      ["uninstall", "--scope", "local"],
      ["status"],
      ["lock", "cleanup"],
    ])
      scene.typed(words);
    for (const hook of scene.hooks) await run(project, hook);
    // Else nothing was tidied, and nothing could have been lost by it.
    expect(OWN.filter((name) => project.has(at(name)))).toEqual([]);
    expect(all.filter((name) => !project.has(at(name)))).toEqual([]);
    expect(all.filter((name) => project.content(at(name)) !== "mine\n")).toEqual([]);
    expect(changes(before, fingerprint(outside))).toEqual([]);
    record({
      check: "names that are nearly coord's own, after all that tidies",
      load: { names: all.length, links: NEARLY.links.length },
      losses: 0,
    });
  },
  TIMEOUT_MS,
);

test(
  "a link in the project's settings that leads out of it is not written through",
  () => {
    for (const [name, scope] of [
      ["settings.json", "project"],
      ["settings.local.json", "local"],
    ] as const) {
      scene.reset();
      const { project } = scene;
      const outside = join(project.root, "elsewhere");
      rmSync(outside, { recursive: true, force: true });
      mkdirSync(outside);
      const hooks = { Stop: [{ hooks: [{ type: "command", command: "coord hook release" }] }] };
      writeFileSync(join(outside, "theirs.json"), JSON.stringify({ hooks }));
      const before = fingerprint(outside);
      for (const target of ["theirs.json", "not-there.json"]) {
        rmSync(project.path(`.claude/${name}`), { force: true });
        symlinkSync(join(outside, target), project.path(`.claude/${name}`));
        for (const words of [["install", "--scope", scope], ["uninstall"], ["uninstall", "--scope", scope]]) {
          const { code, err } = scene.typed(words);
          expect(changes(before, fingerprint(outside))).toEqual([]);
          if (target === "theirs.json" || words[0] === "install")
            expect([code, err.includes("leads out of the project")]).toEqual([1, true]);
        }
      }
      rmSync(join(project.state, "config.json"), { force: true });
      symlinkSync(join(outside, "theirs.json"), join(project.state, "config.json"));
      rmSync(project.path(`.claude/${name}`), { force: true });
      scene.typed(["install", "--scope", scope, "--hold", "session"]);
      expect(changes(before, fingerprint(outside))).toEqual([]);
      // Within the project it is the team's own affair, and stays a link.
      project.write("shared/claude.json", "{}\n");
      symlinkSync("../shared/claude.json", project.path(`.claude/${name}`));
      rmSync(join(project.state, "config.json"), { force: true });
      expect(scene.typed(["install", "--scope", scope]).code).toBe(0);
      expect(project.content("shared/claude.json")).toContain("hook");
    }
    record({ check: "settings of a project that lead out of it", load: { scopes: 2 }, losses: 0 });
  },
  TIMEOUT_MS,
);

test(
  "a forced release takes the ID of the lock that was seen, and no other",
  () => {
    scene.reset();
    for (const id of [
      "",
      "another",
      "*",
      scene.names.lockId.slice(0, -1),
      scene.names.lockId.toUpperCase() === scene.names.lockId ? "x" : scene.names.lockId.toUpperCase(),
    ]) {
      expect(scene.typed(["lock", "release", "held.ts", "--force", `--lock-id=${id}`]).code).toBeGreaterThan(0);
      expect(scene.typed(["lock", "check", "held.ts"]).code).toBe(10);
    }
    expect(scene.typed(["lock", "release", "held.ts", "--force"]).code).toBe(2);
    expect(scene.typed(["lock", "check", "held.ts"]).code).toBe(10);
    // A newer lock of the same holder on the same path is another one.
    coord(scene.project, ["lock", "release", "held.ts"], { env: { COORD_INSTANCE_ID: OTHER } });
    coord(scene.project, ["lock", "acquire", "held.ts"], { env: { COORD_INSTANCE_ID: OTHER } });
    expect(
      scene.typed(["lock", "release", "held.ts", "--force", "--lock-id", scene.names.lockId]).code,
    ).toBeGreaterThan(0);
    expect(scene.typed(["lock", "check", "held.ts"]).code).toBe(10);
    record({ check: "forced releases by another ID than the one in force", load: { ids: 7 }, losses: 0 });
  },
  TIMEOUT_MS,
);
