/**
 * (j) Many sessions read and edit one file, each its own part of it. Without coord some edits that a client reported
 * as done are gone at the end; with coord none. The run without is the mutant: if the detector found no loss there, its
 * silence with coord would prove nothing.
 */
import type { Bench, Scenario } from "../bench.ts";
import { edit, read, say, type Item } from "../script.ts";
import { leftovers } from "../state.ts";

const SIZES = [2, 4, 8] as const;
const EDITS = 10;
const FILE = "shared.txt";

const anchor = (session: string): string => `part of ${session}:`;
const lineOf = (session: string, round: number): string => `${session} was here, edit ${round}.`;

/** Ten times: read the file, then put one more line below the own anchor. A refused edit is not tried again. */
function script(path: string, session: string, sessions: number): readonly Item[] {
  const start = read(path, { barrier: { name: "start", count: sessions } });
  const rounds = Array.from({ length: EDITS }, (_, round): Item[] => [
    read(path),
    edit(path, `${anchor(session)}\n`, `${anchor(session)}\n${lineOf(session, round)}\n`),
  ]);
  return [start, ...rounds.flat(), say("done")];
}

type Tally = {
  readonly done: number;
  readonly lost: readonly string[];
  readonly refused: readonly string[];
  readonly seconds: number;
};

async function measure(bench: Bench, sessions: number, isCoordinated: boolean): Promise<Tally> {
  // The names carry size and kind because one model serves all the runs of this scenario.
  const prefix = `${isCoordinated ? "with" : "without"}${sessions}`;
  const names = Array.from({ length: sessions }, (_, index) => `${prefix}-${index + 1}`);
  const filler = "A line that nobody touches.\n".repeat(20);
  const files = { [FILE]: names.map((name) => `${anchor(name)}\n${filler}`).join("") };
  const project = bench.project(files, isCoordinated ? { scope: "local", hold: "tool" } : undefined);
  const began = performance.now();
  const clients = names.map((name) => bench.start(project, name, script(project.path(FILE), name, sessions)));
  for (const client of clients) await bench.endsWell(client);
  const seconds = (performance.now() - began) / 1000;
  const lines = project.content(FILE).split("\n");
  const lost: string[] = [];
  const refused: string[] = [];
  let done = 0;
  for (const name of names) {
    const edits = bench.model.shown(name).flatMap((round) => round.results.filter((result) => result.tool === "Edit"));
    bench.equal(`${name} tries every edit`, edits.length, EDITS);
    for (const [round, result] of edits.entries()) {
      const line = lineOf(name, round);
      const times = lines.filter((one) => one === line).length;
      if (result.isError) {
        refused.push(result.text);
        // Where writes race, the client may give one up that it has made: "Write verification failed".
        if (isCoordinated) bench.equal(`a refused edit is not in the file: ${line}`, times, 0);
        continue;
      }
      done += 1;
      if (times === 0) lost.push(line);
      bench.check(`no edit is there twice: ${line}`, times <= 1);
    }
  }
  if (isCoordinated) bench.equal(`nothing is left behind by ${prefix}`, leftovers(project), []);
  return { done, lost, refused, seconds };
}

/** Refusals by their kind: the client's own, or a hook's. */
function reasons(refused: readonly string[]): string {
  const kinds = new Map<string, number>();
  for (const text of refused) {
    const kind = text
      .replace(/<[^>]*>/g, "")
      .replace(/claude-\w+|\d\d:\d\d/g, "…")
      .slice(0, 60)
      .trim();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, count]) => `${count} × "${kind}"`).join(", ");
}

async function play(bench: Bench): Promise<void> {
  bench.note("sessions  coord    edits done  lost  refused  wall time");
  let lostWithout = 0;
  for (const sessions of SIZES) {
    for (const isCoordinated of [false, true]) {
      const { done, lost, refused, seconds } = await measure(bench, sessions, isCoordinated);
      const cells = [
        String(sessions).padStart(8),
        isCoordinated ? "with   " : "without",
        `${done} of ${sessions * EDITS}`.padStart(10),
        String(lost.length).padStart(4),
        String(refused.length).padStart(7),
        `${seconds.toFixed(1)} s`.padStart(9),
      ];
      bench.note(`${cells.join("  ")}  ${reasons(refused)}`);
      if (isCoordinated) {
        bench.equal(
          `with coord, every edit of ${sessions} sessions that was reported as done is in the file`,
          lost,
          [],
        );
        bench.check(`with coord, ${sessions} sessions get something done`, done >= sessions, { done });
      } else lostWithout += lost.length;
    }
  }
  bench.check("the detector finds lost edits where there is no coord", lostWithout > 0);
}

export const lostEdits: Scenario = {
  letter: "j",
  title: "2, 4 and 8 sessions read and edit one file ten times each",
  variant: "",
  deadlineMs: 240_000,
  play,
};
