/**
 * (f) A formatter hook takes the file as it is after a write and puts its version down again and again for a second.
 * Whatever another session writes meanwhile would be gone: the lock has to last until the batch has ended. The run
 * without coord is the mutant that shows the formatter to be that bad.
 */
import type { Bench, Scenario } from "../bench.ts";
import type { OwnHooks, Project } from "../project.ts";
import { edit, read, retry, say, type Item } from "../script.ts";
import { leftovers } from "../state.ts";

const FILE = "src/list.txt";
const NAMES = ["A", "B"] as const;
const EDITS = 3;
/** Attempts per edit; one that finds the file changed while it waited has to read again. */
const ATTEMPTS = 8;
const MUTANT_ATTEMPTS = 3;

const lineOf = (name: string, round: number): string => `${name} adds line ${round}`;

/**
 * Strips blanks at the ends of lines, and then insists on that version of the file for a second. Often enough that a
 * foreign edit is gone before the other session's formatter can have taken a copy with it.
 */
const formatter: OwnHooks = ({ dir, side }) => ({
  PostToolUse: {
    matcher: "Write|Edit",
    command:
      `copy='${side}'/$$; sed 's/ *$//' '${dir}/${FILE}' >"$copy"; ` +
      `n=0; while [ $n -lt 70 ]; do cat "$copy" >'${dir}/${FILE}'; sleep 0.01; n=$((n + 1)); done`,
  },
});

/** Puts each line, with blanks for the formatter, below the own heading. */
function script(project: Project, name: string): readonly Item[] {
  const path = project.path(FILE);
  const start = read(path, { barrier: { name: `start ${project.dir}`, count: NAMES.length } });
  const rounds = Array.from({ length: EDITS }, (_, round) =>
    retry(ATTEMPTS, [read(path), edit(path, `# ${name}\n`, `# ${name}\n${lineOf(name, round)}  \n`)]),
  );
  return [start, ...rounds, say("done")];
}

const WITH = "with coord";

async function measure(bench: Bench, kind: string) {
  const wire = kind === WITH ? ({ scope: "local", hold: "tool" } as const) : undefined;
  const text = NAMES.map((name) => `# ${name}\n${"Some other line.\n".repeat(5)}`).join("");
  const project = bench.project({ [FILE]: text }, wire, formatter);
  const clients = NAMES.map((name) => bench.start(project, `${name} ${kind}`, script(project, name)));
  for (const client of clients) await bench.endsWell(client);
  const lines = project.content(FILE).split("\n");
  const done: string[] = [];
  let refused = 0;
  for (const name of NAMES) {
    const rounds = bench.model.shown(`${name} ${kind}`);
    const edits = rounds.flatMap((round) => round.results.filter((result) => result.tool === "Edit"));
    const worked = edits.filter((result) => !result.isError).map((result) => JSON.stringify(result.input));
    refused += edits.length - worked.length;
    const tried = Array.from({ length: EDITS }, (_, round) => lineOf(name, round));
    done.push(...tried.filter((line) => worked.some((input) => input.includes(line))));
  }
  const lost = done.filter((line) => !lines.includes(line));
  bench.note(`${kind}: ${done.length} edits done, ${lost.length} lost, ${refused} refused`);
  return { project, done, lost, lines };
}

async function play(bench: Bench): Promise<void> {
  const { project, done, lost, lines } = await measure(bench, WITH);
  bench.equal("with coord, every edit that was reported as done is in the file", lost, []);
  bench.check(
    "both sessions get something done",
    NAMES.every((name) => done.includes(lineOf(name, 0))),
    done,
  );
  bench.equal(
    "no edit is there twice",
    done.filter((line) => lines.filter((one) => one === line).length > 1),
    [],
  );
  bench.equal(
    "the last formatter had the last word",
    lines.filter((line) => line.endsWith(" ")),
    [],
  );
  bench.equal("nothing is left behind", leftovers(project), []);
  // Two formatters that fight may by luck leave both lines standing; but not again and again.
  let lostWithout = 0;
  for (let attempt = 1; attempt <= MUTANT_ATTEMPTS && lostWithout === 0; attempt += 1) {
    lostWithout = (await measure(bench, `without coord, run ${attempt}`)).lost.length;
  }
  bench.check("without coord the formatter does lose edits", lostWithout > 0);
}

export const formatterHook: Scenario = {
  letter: "f",
  title: "a formatter hook that rewrites the file for a second after each write",
  variant: "",
  deadlineMs: 90_000,
  play,
};
