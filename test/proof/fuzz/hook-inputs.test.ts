/** Damaged hook inputs: a hook ends, says nothing or one valid answer, never allows, and denies only for a reason. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { answerOf, HIDDEN, rawHook, type Ended } from "../../hooks/hook.ts";
import { BINARY, layProject, type Project } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { snapshot, strangeNames } from "../names/outside.ts";
import { inLanes } from "../names/program.ts";
import { chance, SEED } from "../seed.ts";
import { damagedRun, recordedEvents, type HookRun } from "./events.ts";
import { huntAsync, reasons } from "./hunt.ts";
import { hookInProcess } from "./hook-in-process.ts";

const RUNS = scaled(800, 12_000);
const BINARY_RUNS = scaled(150, 2500);
const LANES = 4;
const PATIENCE_MS = scaled(200_000, 1_200_000);

let project: Project;
let events: readonly unknown[];
let outside: readonly string[];
const before = { cwd: process.cwd(), env: { ...process.env } };

function setEnv(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
}

beforeAll(() => {
  project = layProject({ files: { "src/a.ts": "1\n", "notes.txt": "n\n" } });
  mkdirSync(join(project.dir, "home"));
  events = recordedEvents(project.dir);
  outside = snapshot(project.root, project.state);
  process.chdir(project.dir);
  setEnv(environment());
});
afterAll(() => {
  process.chdir(before.cwd);
  setEnv(before.env);
  project[Symbol.dispose]();
});

/** Nobody is waited for: whoever is denied is denied at once. */
function environment() {
  return { ...project.env, COORD_WAIT: "0s", CLAUDE_PROJECT_DIR: project.dir };
}

type Run = (run: HookRun) => Promise<Ended>;

const inProcess: Run = async ({ verb, input }) => hookInProcess(await loadNative(), verb, input);
const compiled: Run = async ({ verb, input }) =>
  rawHook(input, { cwd: project.dir, env: environment() }, [BINARY, "hook", verb]);

const REASONS = /^Not written: .+ (is held by |was changed by )/s;

interface Heard {
  said: number;
  denied: number;
  refused: number;
}

/** Throws for whatever no hook may do. */
function look(ended: Ended, { input }: HookRun, heard: Heard): void {
  const text = new TextDecoder().decode(input);
  // Only the event's name is compared, where there is one that can be read.
  const told = answerOf(ended, parsed(text));
  const words = [told.denied, told.context, told.message].filter((said) => said !== undefined).join("\n");
  expect(words).not.toMatch(HIDDEN);
  expect(words).not.toMatch(/\n\s+at |TypeError|RangeError|is not a function|Cannot read propert/);
  if (!text.includes("undefined")) expect(words).not.toContain("undefined");
  if (told.denied !== undefined) expect(told.denied).toMatch(REASONS);
  heard.said += words === "" ? 0 : 1;
  heard.denied += told.denied === undefined ? 0 : 1;
  heard.refused += told.message?.includes("no hook event") === true ? 1 : 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function hunted(run: Run, runs: number): Promise<Heard> {
  const heard: Heard = { said: 0, denied: 0, refused: 0 };
  await huntAsync(runs, async (draw) => {
    const next = damagedRun(events, draw);
    try {
      look(await run(next), next, heard);
    } catch (error) {
      throw new Error(`hook ${next.verb} < ${JSON.stringify(new TextDecoder().decode(next.input)).slice(0, 3000)}`, {
        cause: error,
      });
    }
  });
  return heard;
}

function nothingEscaped(): void {
  expect(snapshot(project.root, project.state)).toEqual(outside);
  expect(strangeNames(project.state)).toEqual([]);
}

test(
  "in process: no damage makes a hook throw, allow, deny without a reason or leave its place",
  async () => {
    const heard = await hunted(inProcess, RUNS);
    // Both kinds have to come up, or it was all noise.
    expect(heard.refused).toBeGreaterThan(RUNS / 20);
    expect(heard.refused).toBeLessThan((RUNS * 19) / 20);
    nothingEscaped();
    record({ check: "damaged hook inputs, in process", load: { inputs: RUNS, ...heard }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

test(
  "the compiled binary does the same, several at once",
  async () => {
    const heard: Heard = { said: 0, denied: 0, refused: 0 };
    const runs = Array.from({ length: BINARY_RUNS }, (_, i) => damagedRun(events, chance(SEED + i)));
    const wrong = await inLanes(runs, LANES, async (run) => {
      try {
        look(await compiled(run), run, heard);
        return [];
      } catch (error) {
        return [
          `hook ${run.verb} < ${JSON.stringify(new TextDecoder().decode(run.input)).slice(0, 2000)}: ${String(error)}`,
        ];
      }
    });
    expect({ SEED, wrong: wrong.flat() }).toEqual({ SEED, wrong: [] });
    nothingEscaped();
    record({ check: "damaged hook inputs, compiled", load: { inputs: BINARY_RUNS, ...heard }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

/** Hooks with one fault each, and what is then said of the first answer that shows it. */
const MUTANTS: readonly (readonly [what: string, by: RegExp, broken: (real: Run) => Run])[] = [
  [
    "throws where a field is missing",
    /did not end as a hook must: .*TypeError/,
    (real) => async (run) => {
      const value = parsed(new TextDecoder().decode(run.input));
      if (typeof value === "object" && value !== null && !("cwd" in value && typeof value.cwd === "string"))
        return { exitCode: 1, signal: null, stdout: "", stderr: "TypeError: undefined is not an object" };
      return real(run);
    },
  ],
  [
    "says undefined",
    /not\.toContain.*undefined/s,
    (real) => async (run) => {
      const ended = await real(run);
      return { ...ended, stdout: ended.stdout.replace("not JSON", "undefined") };
    },
  ],
  [
    "blocks what it does not understand",
    /did not end as a hook must: .*"exitCode":2/,
    (real) => async (run) => {
      const ended = await real(run);
      return ended.stdout.includes("no hook event") ? { ...ended, exitCode: 2 } : ended;
    },
  ],
  [
    "answers before it looks",
    /printed more than one line/,
    (real) => async (run) => {
      const ended = await real(run);
      return ended.stdout === "" ? ended : { ...ended, stdout: ended.stdout + ended.stdout };
    },
  ],
];

for (const [what, by, broken] of MUTANTS) {
  test(
    `a hook that ${what} is found`,
    async () => {
      const found = await hunted(broken(inProcess), RUNS).catch(reasons);
      expect(found).toMatch(/run \d+ of PROOF_SEED/);
      expect(found).toMatch(by);
      record({ mutant: `a hook that ${what}`, by: "damaged hook inputs" });
    },
    PATIENCE_MS,
  );
}
