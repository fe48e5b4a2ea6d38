/** Names that somebody else chose lead nowhere: SECURITY.md, "Files". */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { inputOf, run } from "./call.ts";
import { rawIn } from "./payloads.ts";
import { changes, fingerprint, peopled, type Peopled } from "./project.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 600_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

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
          const byFlag = scene.typed([...words, `--as=${id}`]);
          const byVariable = scene.typed(words, { COORD_INSTANCE_ID: id });
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
          const { code, out, err } = scene.typed(words);
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
          scene.typed(["lock", "acquire", "new.ts"]);
          scene.typed(["lock", "cleanup"]);
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
          scene.typed(words);
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
