/**
 * What coord tidies, takes out or reads for somebody: only what is its own, by names that lead nowhere else.
 * SECURITY.md, "Files".
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coord, type Ran } from "../../e2e/cli.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { inputOf, ME, OTHER, run } from "./call.ts";
import { rawIn } from "./payloads.ts";
import { changes, fingerprint, peopled, type Peopled } from "./project.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 600_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

function typed(words: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  return coord(scene.project, words, { env: { COORD_INSTANCE_ID: ME, ...env } });
}

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
    for (const name of all) utimesSync(at(name), LONG_AGO, LONG_AGO);
    utimesSync(outside, LONG_AGO, LONG_AGO);
    const before = fingerprint(outside);
    // Made out to be long idle, so that what is pruned by age is looked at.
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
      typed(words);
    for (const hook of scene.hooks) await run(project, hook);
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
          const { code, err } = typed(words);
          expect(changes(before, fingerprint(outside))).toEqual([]);
          if (target === "theirs.json" || words[0] === "install")
            expect([code, err.includes("leads out of the project")]).toEqual([1, true]);
        }
      }
      rmSync(join(project.state, "config.json"), { force: true });
      symlinkSync(join(outside, "theirs.json"), join(project.state, "config.json"));
      rmSync(project.path(`.claude/${name}`), { force: true });
      typed(["install", "--scope", scope, "--hold", "session"]);
      expect(changes(before, fingerprint(outside))).toEqual([]);
      // Within the project it is the team's own affair, and stays a link.
      project.write("shared/claude.json", "{}\n");
      symlinkSync("../shared/claude.json", project.path(`.claude/${name}`));
      rmSync(join(project.state, "config.json"), { force: true });
      expect(typed(["install", "--scope", scope]).code).toBe(0);
      expect(project.content("shared/claude.json")).toContain("hook");
    }
    record({ check: "settings of a project that lead out of it", load: { scopes: 2 }, losses: 0 });
  },
  TIMEOUT_MS,
);

const OUTSIDE = [
  "../x",
  "../../x",
  "..",
  ".",
  "/etc/x",
  "a/b",
  "a\\..\\b",
  "a\0b",
  "-x",
  "",
  " ",
  "x\n",
  "x/../../y",
  "~",
  "é",
  "x".repeat(129),
  "__proto__",
  "constructor",
];

describe("names from outside never become paths", () => {
  test(
    "of instances: by flag, variable, session and agent",
    async () => {
      scene.reset();
      const { project } = scene;
      const folders = (): readonly string[] =>
        [...fingerprint(project.root).keys()].filter(
          (name) => !name.includes("coordination/") && !name.includes("canary"),
        );
      const before = folders();
      let refused = 0;
      const typeable = OUTSIDE.filter((text) => !text.includes("\0"));
      for (const id of sample(typeable, scaled(5, typeable.length), draw)) {
        for (const words of [
          ["lock", "acquire", "new.ts"],
          ["instance", "register", "--task", "t", "--role", "r"],
          ["instance", "show"],
          ["instance", "unregister"],
          ["lock", "release", "--all"],
        ]) {
          const byFlag = typed([...words, `--as=${id}`]);
          const byVariable = typed(words, { COORD_INSTANCE_ID: id });
          expect(byFlag.code).not.toBeNull();
          if (byFlag.code === 2) refused += 1;
          for (const { out, err } of [byFlag, byVariable]) expect(rawIn(out + err)).toEqual([]);
        }
      }
      for (const id of OUTSIDE) {
        for (const hook of sample(scene.hooks, scaled(3, scene.hooks.length), draw)) {
          const input = { ...inputOf(hook), session_id: id, agent_id: id };
          await run(project, { ...hook, stdin: JSON.stringify(input) });
        }
      }
      const names = ["heartbeats", "held"].flatMap((folder) => readdirSync(join(project.state, folder)));
      expect(names.filter((name) => !/^[A-Za-z0-9][A-Za-z0-9._@-]*(~1)?(\.json)?$/.test(name))).toEqual([]);
      expect(
        folders().filter((name) => !before.includes(name) && !name.startsWith("bin") && !name.startsWith("tmp/")),
      ).toEqual([]);
      expect(refused).toBeGreaterThan(10);
      record({ check: "instance IDs that are paths", load: { ids: OUTSIDE.length, refused }, losses: 0 });
    },
    TIMEOUT_MS,
  );

  test(
    "of decisions, categories, lock IDs, guard tokens and configuration keys",
    () => {
      scene.reset();
      const { project } = scene;
      const outside = join(project.root, "canary-folder");
      mkdirSync(outside, { recursive: true });
      writeFileSync(join(outside, "DEC-20260108-0001-abcdef.json"), '{"title":"secret"}');
      const before = fingerprint(outside);
      for (const text of [
        ...OUTSIDE.filter((t) => !t.includes("\0")),
        "DEC-20260108-0001-abcdef/../x",
        "DEC-99999999-0001-abcdef",
        "DEC-20260108-0001-../../",
      ]) {
        const lines = [
          ["decisions", "query", text],
          ["decisions", "add", "--category", text, "--title", "t", "--description", "d", "--new-category"],
          ["decisions", "add", "--category", "testing", "--title", "t", "--description", "d", `--supersedes=${text}`],
          ["lock", "release", "held.ts", "--force", `--lock-id=${text}`],
          ["doctor", `--break-guard=${text}`],
          ["doctor", `--break-guard=held.${text}.b.1.2.3.n`],
          ["config", text],
        ];
        for (const words of lines) {
          const { code, out, err } = typed(words);
          if (
            code === 0 &&
            !/^(decisions add --category (testing|constructor) |decisions query|config)/.test(words.join(" "))
          ) {
            throw new Error(`"${words.join(" ")}" was accepted: ${out}${err}`);
          }
          expect(out).not.toContain("secret");
        }
      }
      expect(changes(before, fingerprint(outside))).toEqual([]);
      expect(readdirSync(join(project.state, "decisions")).filter((name) => !/^\d{4}-\d\d$/.test(name))).toEqual([]);
      record({ check: "IDs and keys that are paths", load: { texts: OUTSIDE.length + 3 }, losses: 0 });
    },
    TIMEOUT_MS,
  );

  test(
    "of a journal, a registry, a log and an index that came from elsewhere",
    () => {
      const { project } = scene;
      const bad = ["../../../../canary-folder/theirs", "..", "/etc/passwd", "a/b", "__proto__"];
      const outside = join(project.root, "canary-folder");
      mkdirSync(outside, { recursive: true });
      writeFileSync(join(outside, "theirs.json"), "canary\n");
      const before = fingerprint(outside);
      for (const name of bad) {
        scene.reset();
        for (const dir of ["locks", "files", "heartbeats", "../../.."]) {
          const parts = [
            { dir, name, seq: 1, text: "{}" },
            { dir, name, seq: 1, text: null },
          ];
          writeFileSync(join(project.state, "journal.json"), JSON.stringify({ schema_version: "1.0.0", parts }));
          typed(["lock", "acquire", "new.ts"]);
          typed(["lock", "cleanup"]);
        }
        const entry = { title: "t", decision_id: `DEC-20260108-0001`, timestamp: name };
        writeFileSync(
          join(project.state, "decision-log.json"),
          JSON.stringify({ decisions: [entry, { ...entry, decision_id: name }] }),
        );
        writeFileSync(
          join(project.state, "decision-counter.json"),
          JSON.stringify({ schema_version: "1.0.0", seq: 99, day: name, number: 1, recent: [name] }),
        );
        for (const words of [
          ["decisions", "add", "--category", "testing", "--title", "t", "--description", "d"],
          ["decisions", "list"],
          ["init"],
          ["status"],
        ])
          typed(words);
        expect(changes(before, fingerprint(outside))).toEqual([]);
        expect(existsSync("/etc/passwd.json")).toBe(false);
      }
      record({
        check: "names in a journal, a counter and a log that are paths",
        load: { names: bad.length },
        losses: 0,
      });
    },
    TIMEOUT_MS,
  );
});

test(
  "objects of JSON have no properties but their own",
  () => {
    scene.reset();
    const { project } = scene;
    const polluted =
      '{"__proto__":{"strict":true,"hold":"session","instance_id":"evil","polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}';
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(typed(["lock", "acquire", name, "--intent", name]).code).toBe(0);
      expect(typed(["lock", "check", name]).code).toBe(0);
      expect(typed(["config", name]).code).toBe(2);
      expect(typed(["decisions", "list", "--category", "constructor"]).code).toBe(0);
      expect(
        typed(["decisions", "add", "--category", "constructor", "--title", "t", "--description", "d", "--new-category"])
          .code,
      ).toBe(0);
    }
    for (const file of [
      "config.json",
      "journal.json",
      "floor.json",
      "decision-counter.json",
      "work-registry.json",
      "events.jsonl",
    ]) {
      writeFileSync(join(project.state, file), polluted);
      const all = [
        ["status", "--json"],
        ["config", "--json"],
        ["lock", "cleanup"],
        ["decisions", "list"],
      ].map((words) => typed(words));
      for (const { code, out } of all) {
        expect(code).not.toBeNull();
        expect(out).not.toContain("polluted");
        expect(out).not.toContain('"value":"session"');
      }
    }
    record({ check: "__proto__ and constructor as names and in documents", load: { names: 4, files: 6 }, losses: 0 });
  },
  TIMEOUT_MS,
);

test(
  "documents that are too large or too deep are refused, not parsed",
  async () => {
    const { project } = scene;
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const nested = `{"a":`.repeat(100_000) + "1" + "}".repeat(100_000);
    // An open text, which ends with its line for some parsers and never for others.
    const hidden = `"\n${deep}`;
    const large = JSON.stringify({ a: "x".repeat(5 * 1024 * 1024) });
    let calls = 0;
    for (const text of [deep, nested, hidden, large]) {
      scene.reset();
      for (const file of [
        "config.json",
        "journal.json",
        "floor.json",
        "decision-counter.json",
        "heartbeats/agent-b.json",
        "events.jsonl",
      ])
        writeFileSync(join(project.state, file), text);
      for (const words of [
        ["status"],
        ["config"],
        ["lock", "list"],
        ["lock", "cleanup"],
        ["decisions", "list"],
        ["doctor"],
      ]) {
        const { code, out, err } = typed(words);
        calls += 1;
        expect([words, code === null, /RangeError|Maximum call stack|defect of coord/.test(out + err)]).toEqual([
          words,
          false,
          false,
        ]);
      }
      for (const hook of sample(scene.hooks, scaled(3, scene.hooks.length), draw)) {
        for (const stdin of [text, hook.stdin ?? ""]) {
          const { code, err } = await run(project, { ...hook, stdin });
          calls += 1;
          expect([hook.name, code, err.length]).toEqual([hook.name, 0, 0]);
        }
      }
      project.write(".claude/settings.json", text);
      for (const words of [["doctor"], ["install", "--scope", "project"], ["uninstall"]]) {
        const { out, err } = typed(words);
        expect([words, /RangeError|Maximum call stack|defect of coord/.test(out + err)]).toEqual([words, false]);
      }
      const log = `{"decisions":${text}}`;
      project.write("old-log.json", log);
      expect(typed(["decisions", "import", "old-log.json"]).code).toBeGreaterThan(0);
    }
    for (const source of [
      "/dev/zero",
      "/dev/stdin",
      "/proc/self/mem",
      ".",
      "../..",
      "/",
      "-",
      "pipe",
      "../../etc/passwd",
    ]) {
      expect(typed(["decisions", "import", source === "-" ? "./-" : source]).code).toBeGreaterThan(0);
    }
    record({ check: "documents that are too large or too deep", load: { calls }, losses: 0 });
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
      expect(typed(["lock", "release", "held.ts", "--force", `--lock-id=${id}`]).code).toBeGreaterThan(0);
      expect(typed(["lock", "check", "held.ts"]).code).toBe(10);
    }
    expect(typed(["lock", "release", "held.ts", "--force"]).code).toBe(2);
    expect(typed(["lock", "check", "held.ts"]).code).toBe(10);
    // A newer lock of the same holder on the same path is another one.
    coord(scene.project, ["lock", "release", "held.ts"], { env: { COORD_INSTANCE_ID: OTHER } });
    coord(scene.project, ["lock", "acquire", "held.ts"], { env: { COORD_INSTANCE_ID: OTHER } });
    expect(typed(["lock", "release", "held.ts", "--force", "--lock-id", scene.names.lockId]).code).toBeGreaterThan(0);
    expect(typed(["lock", "check", "held.ts"]).code).toBe(10);
    record({ check: "forced releases by another ID than the one in force", load: { ids: 7 }, losses: 0 });
  },
  TIMEOUT_MS,
);

test(
  "no value of the environment is shown but those that coord is set by",
  () => {
    scene.reset();
    const secret = "hunter2-0d9c7a55";
    const env = {
      AWS_SECRET_ACCESS_KEY: secret,
      GITHUB_TOKEN: secret,
      CLAUDE_CODE_MESSAGING_TOKEN: secret,
      REDIS_URL: `redis://u:${secret}@h`,
      COORD_TOKEN: secret,
      COORD_REDIS_URL: secret,
      ANTHROPIC_API_KEY: secret,
    };
    const shown = [
      ...scene.commands,
      ...scene.commands.map((call) => ({ ...call, argv: [...call.argv, "--json"] })),
    ].filter((call) => {
      const { out, err } = coord(scene.project, call.argv.slice(1), { env: { COORD_INSTANCE_ID: ME, ...env } });
      return `${out}${err}`.includes(secret);
    });
    expect(shown.map(({ name }) => name)).toEqual([]);
    const kept = [...fingerprint(scene.project.state).keys()].filter((name) => {
      const path = join(scene.project.state, name);
      return /\.jsonl?$/.test(name) && scene.project.content(path).includes(secret);
    });
    expect(kept).toEqual([]);
    chmodSync(scene.project.state, 0o700);
    record({
      check: "secrets of the environment in answers and in the state",
      load: { variables: Object.keys(env).length, calls: scene.commands.length * 2 },
      losses: 0,
    });
  },
  TIMEOUT_MS,
);
