/** Several processes ask for the same two paths at the same moment, half of them in the other order. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { track, type Track } from "./contest.ts";
import { project, type Project } from "./project.ts";

const COORD = join(import.meta.dir, "..", "..", "..", "dist", "coord");
const CONTENDERS = 16;
const ROUNDS = scaled(10, 100);
const ROUND_MS = 5000;
/** Taking path by path shows within a few rounds. */
const MUTANT_ROUNDS = 100;

let here: Project;
let lanes: Track;
let scratch = "";

beforeAll(async () => {
  here = await project();
  lanes = track(CONTENDERS);
  scratch = mkdtempSync(join(tmpdir(), "coord-mutant-"));
});
afterAll(() => {
  lanes.close();
  here.close();
  rmSync(scratch, { recursive: true, force: true });
});

type Command = (id: string, paths: readonly string[]) => readonly string[];

interface Round {
  /** Who was told that it has both. */
  readonly winners: readonly string[];
  readonly holders: readonly (readonly string[])[];
}

async function race(round: string, command: Command): Promise<Round> {
  const paths = [`${round}-a.ts`, `${round}-b.ts`];
  const ids = Array.from({ length: CONTENDERS }, (_, i) => `${round}-${i}`);
  const contenders = ids.map((id, i) => ({
    // The shell is what waits at the barrier.
    command: ["sh", "-c", 'read line; exec "$@"', "sh", ...command(id, i % 2 === 0 ? paths : paths.toReversed())],
    cwd: here.dir,
    env: here.env,
    input: "go\n",
  }));
  const results = await lanes.contest(contenders);
  expect(results.filter(({ exitCode }) => exitCode !== 0 && exitCode !== 10)).toEqual([]);
  return {
    winners: ids.filter((_, i) => results[i]?.exitCode === 0),
    holders: paths.map((path) => here.holders(path)),
  };
}

function isAllOrNone({ winners, holders }: Round): boolean {
  return winners.length === 1 && holders.every((held) => held.join() === winners.join());
}

test(
  `of ${CONTENDERS} that ask for two paths in either order at once, exactly one has both and nobody has one`,
  async () => {
    let whole = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const command: Command = (id, paths) => [COORD, "lock", "acquire", ...paths, "--as", id];
      const outcome = await race(`round-${round}`, command);
      expect({ outcome, whole: isAllOrNone(outcome) }).toMatchObject({ whole: true });
      whole += 1;
    }
    record({
      check: "two paths in either order, all or none",
      load: { binaries: CONTENDERS, rounds: ROUNDS },
      losses: ROUNDS - whole,
    });
  },
  ROUNDS * ROUND_MS,
);

test(
  "the race shows who has one of two where paths are taken one by one",
  async () => {
    const built = await Bun.build({
      entrypoints: [join(import.meta.dir, "piecemeal-acquire.ts")],
      target: "bun",
      outdir: scratch,
    });
    const command: Command = (id, paths) => [process.execPath, built.outputs[0]?.path ?? "", id, ...paths];
    let whole = true;
    let round = 0;
    for (; round < MUTANT_ROUNDS && whole; round += 1) {
      whole = isAllOrNone(await race(`mutant-${round}`, command));
    }
    expect(whole).toBe(false);
    record({ mutant: "paths taken one by one", by: `a path of two that somebody kept, in round ${round}` });
  },
  MUTANT_ROUNDS * ROUND_MS,
);
