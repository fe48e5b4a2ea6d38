/** Commands as whole processes, next to the empty program, at every size in turn. */
import { adding } from "../decisions.ts";
import { alternate, type Pairing, type Side } from "../process-run.ts";
import type { Setting } from "../setting.ts";
import type { Axis, Expected } from "./curve.ts";
import { layEvents } from "./lay.ts";
import { pointOf, type Measured } from "./measured.ts";
import type { Place } from "./place.ts";

interface Command {
  readonly name: string;
  readonly expected: Expected;
  /** Not timed. */
  readonly prepare?: (place: Place) => void;
  readonly side: (place: Place) => Side;
}

export async function commandCurves(
  setting: Setting,
  axis: Axis,
  places: readonly Place[],
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  // One after the other: what cleans up comes last.
  for (const { name, expected, prepare, side } of commandsOn(setting, axis)) {
    const pairings = places.map((place): Pairing => {
      const subject = side(place);
      const floor = { call: () => ({ ...subject.call(), command: [setting.empty] }) };
      return { name, cwd: place.project.top, subject, floor, prepare: async () => prepare?.(place) };
    });
    const budget = setting.quick ? { rounds: 4, budgetMs: 1000 } : { rounds: 25, budgetMs: 6000 };
    const times = await alternate(pairings, "/", { ...budget, warmUp: 1 });
    for (const [i, { subject, floor }] of times.entries()) {
      measured.push({ name, expected, point: pointOf(places[i]?.n ?? 0, subject, floor) });
    }
  }
  return measured;
}

function commandsOn(setting: Setting, axis: Axis): readonly Command[] {
  const locksOf = (n: number): number => (axis === "locks" || axis === "own locks" ? n : 0);
  const run =
    (words: readonly string[], judge: (stdout: string, n: number) => boolean) =>
    ({ n, project }: Place): Side => ({
      call: () => ({ command: [setting.coord, ...words, "--json"], env: project.env, stdin: "" }),
      done: (stdout) => {
        if (!judge(stdout, n)) throw new Error(`coord ${words.join(" ")} does not show what is there (${axis}: ${n})`);
      },
    });
  return [
    {
      name: "lock list",
      expected: "linear",
      side: run(["lock", "list"], (stdout, n) => count(stdout, '"lock_id"') === locksOf(n)),
    },
    {
      name: "status --json",
      expected: "linear",
      side: run(["status"], (stdout, n) => {
        const instances = count(stdout, '"started_at"');
        return count(stdout, '"lock_id"') === locksOf(n) && instances >= (axis === "instances" ? n : 1);
      }),
    },
    {
      name: "decisions list",
      expected: "linear",
      side: run(["decisions", "list"], (stdout) => count(stdout, '"decision_id"') === (isLog(axis) ? 10 : 0)),
    },
    {
      name: "decisions add",
      expected: "flat",
      // What is still to be written would be part of the next fsync, whoever makes it.
      prepare: () => void Bun.spawnSync(["sync"]),
      side: ({ project }) => adding(setting, project),
    },
    {
      name: "lock cleanup",
      expected: "linear",
      // It lets the history start anew when that is large.
      prepare: ({ app, n }) => (axis === "events" ? layEvents(app, n) : undefined),
      side: run(["lock", "cleanup"], (stdout) => count(stdout, "[]") === 2),
    },
  ];
}

function isLog(axis: Axis): boolean {
  return axis === "decisions" || axis === "decisions today";
}

function count(text: string, piece: string): number {
  let found = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) found += 1;
  return found;
}
