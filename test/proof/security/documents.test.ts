/** Documents that somebody else wrote are data of a bounded size, and nothing in them is a property of all objects. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { run } from "./call.ts";
import { peopled, type Peopled } from "./project.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 600_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

test(
  "objects of JSON have no properties but their own",
  () => {
    scene.reset();
    const { project } = scene;
    const polluted =
      '{"__proto__":{"strict":true,"hold":"session","instance_id":"evil","polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}';
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(scene.typed(["lock", "acquire", name, "--intent", name]).code).toBe(0);
      expect(scene.typed(["lock", "check", name]).code).toBe(0);
      expect(scene.typed(["config", name]).code).toBe(2);
      expect(scene.typed(["decisions", "list", "--category", "constructor"]).code).toBe(0);
      expect(
        scene.typed([
          "decisions",
          "add",
          "--category",
          "constructor",
          "--title",
          "t",
          "--description",
          "d",
          "--new-category",
        ]).code,
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
      ].map((words) => scene.typed(words));
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
        const { code, out, err } = scene.typed(words);
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
        const { out, err } = scene.typed(words);
        expect([words, /RangeError|Maximum call stack|defect of coord/.test(out + err)]).toEqual([words, false]);
      }
      const log = `{"decisions":${text}}`;
      project.write("old-log.json", log);
      expect(scene.typed(["decisions", "import", "old-log.json"]).code).toBeGreaterThan(0);
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
      expect(scene.typed(["decisions", "import", source === "-" ? "./-" : source]).code).toBeGreaterThan(0);
    }
    record({ check: "documents that are too large or too deep", load: { calls }, losses: 0 });
  },
  TIMEOUT_MS,
);
