/** Damaged configuration in every layer: it is used, or refused in words that name the place; no glob hangs. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configFiles, loadConfig, VARIABLES } from "../../../src/app/config.ts";
import { isIgnored } from "../../../src/app/ignore.ts";
import { locateWorkspace } from "../../../src/app/workspace.ts";
import type { Config } from "../../../src/domain/config.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import { loadNative, type Native } from "../../../src/platform/sys/load.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, SEED } from "../seed.ts";
import { huntAsync, reasons } from "./hunt.ts";
import { damagedText, pick, type Draw } from "./mutate.ts";

const RUNS = scaled(2000, 60_000);
const GLOBS = scaled(2000, 50_000);
const PATIENCE_MS = scaled(120_000, 900_000);
/** One match takes microseconds; only one that goes back and forth without end gets here. */
const HANGS_MS = 2000;

let project: Project;
let native: Native;

beforeAll(async () => {
  project = layProject();
  native = await loadNative();
});
afterAll(() => project[Symbol.dispose]());

const GOOD = {
  $schema: "./schemas/config.schema.json",
  ttl: "5m",
  tool_ttl: "60s",
  stale_after: "5m",
  hold: "turn",
  wait: "2s",
  on_conflict: "deny",
  strict: true,
  ignore: ["dist/**", "*.log", "a/{b,c}/*"],
  write_tools: { mcp__files__write: "path" },
  store: "file",
};

type Load = (env: Readonly<Record<string, string>>) => Promise<Config>;

const real: Load = async (env) => loadConfig(native.sys, env, locateWorkspace(native.sys, env, project.dir));

/** Answers how often it was used. */
async function hunted(load: Load, runs: number): Promise<number> {
  let used = 0;
  const files = configFiles(project.env, locateWorkspace(native.sys, project.env, project.dir));
  await huntAsync(runs, async (draw) => {
    const layer = pick(["project", "user", "environment"] as const, draw) ?? "project";
    const bytes = damagedText(GOOD, draw);
    const name = pick(Object.values(VARIABLES), draw) ?? "";
    const text = new TextDecoder().decode(bytes).replaceAll("\0", "");
    const env =
      layer === "environment" ? { ...project.env, [name]: draw() < 0.5 ? text : text.slice(0, 12) } : project.env;
    for (const file of [files.project, files.user]) rmSync(file, { force: true });
    if (layer !== "environment") {
      mkdirSync(dirname(files[layer]), { recursive: true });
      writeFileSync(files[layer], bytes);
    }
    try {
      const config = await load(env);
      for (const ms of [config.ttlMs, config.toolTtlMs, config.staleAfterMs, config.waitMs]) {
        expect(Number.isFinite(ms) && ms >= 0).toBe(true);
      }
      expect(["tool", "turn", "session"]).toContain(config.hold);
      expect(typeof config.strict).toBe("boolean");
      used += 1;
    } catch (error) {
      const shown = `${layer} ${JSON.stringify(text).slice(0, 1500)}`;
      if (!isCoordError(error)) throw new Error(shown, { cause: error });
      const { code, message, hint } = error;
      const where = layer === "environment" ? name : layer === "user" ? files.user : files.project;
      expect({ shown, code, names: message.includes(where) }).toEqual({ shown, code: "CONFIG", names: true });
      expect({ shown, told: `${message}${hint ?? ""}` }).not.toMatchObject({ told: /undefined|\[object / });
    }
  });
  return used;
}

test(
  "what any layer holds is used or refused, and the refusal names the place",
  async () => {
    const used = await hunted(real, RUNS);
    expect(used).toBeGreaterThan(RUNS / 50);
    expect(used).toBeLessThan((RUNS * 49) / 50);
    record({ check: "damaged configuration", load: { inputs: RUNS, used }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

const PIECES = [
  "*",
  "**",
  "**/",
  "?",
  "[a-z]",
  "[!a]",
  "[",
  "]",
  "{a,aa}",
  "{a*,*a}",
  "{",
  "}",
  "a",
  "aa",
  "/",
  "\\",
  "!",
  ",",
  "é",
  "\ud800",
];
const PATHS = [
  "a".repeat(250),
  Array.from({ length: 120 }, () => "a".repeat(30)).join("/"),
  "é/".repeat(500),
  "",
  "/",
  "a\n\u0000",
];

function glob(draw: Draw): string {
  const [one, other] = [pick(PIECES, draw) ?? "", pick(PIECES, draw) ?? ""];
  const pieces = Array.from({ length: 30 }, () => (draw() < 0.7 ? one + other : (pick(PIECES, draw) ?? "")));
  return draw() < 0.5 ? pieces.join("") : (one + other).repeat(100) + (pick(PIECES, draw) ?? "");
}

test(
  "no pattern in `ignore` makes a hook wait",
  () => {
    const draw = chance(SEED);
    let slowestMs = 0;
    let matched = 0;
    for (let i = 0; i < GLOBS; i += 1) {
      const pattern = glob(draw).slice(0, 1000);
      for (const path of PATHS) {
        const before = performance.now();
        matched += isIgnored(path, [pattern]) ? 1 : 0;
        const ms = performance.now() - before;
        slowestMs = Math.max(slowestMs, ms);
        expect({ SEED, pattern, path: path.slice(0, 20), hangs: ms > HANGS_MS }).toMatchObject({ hangs: false });
      }
    }
    expect(matched).toBeGreaterThan(0);
    const load = { patterns: GLOBS, paths: PATHS.length, matched, "slowest ms": Math.ceil(slowestMs) };
    record({ check: "patterns in ignore", load, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

test(
  "a reader that throws whatever it met is found",
  async () => {
    const broken: Load = async (env) => {
      const config = await real(env).catch((error: unknown) => error);
      if (!isCoordError(config)) return real(env);
      throw new TypeError("undefined is not an object", { cause: join(project.dir, "config.json") });
    };
    const found = await hunted(broken, RUNS).catch(reasons);
    expect(found).toMatch(/run \d+ of PROOF_SEED/);
    expect(found).toContain("undefined is not an object");
    record({ mutant: "a configuration reader that throws what it met", by: "damaged configuration" });
  },
  PATIENCE_MS,
);
