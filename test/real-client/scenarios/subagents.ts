/** (e) Two subagents of one session write one file: each is an instance of its own, and bars the other. */
import { textOf, type Bench, type Scenario } from "../bench.ts";
import type { Hold, Project } from "../project.ts";
import { calls, promptFor, retry, say, write, type Item } from "../script.ts";
import { leftovers, locksOf } from "../state.ts";

const FILE = "src/shared.txt";
const NAMES = ["S1", "S2"] as const;
const textBy = (name: string): string => `Written by ${name}.\n`;

const race = (project: Project, name: string): Item =>
  write(project.path(FILE), textBy(name), { barrier: { name: "race", count: 2 } });

/** The session that starts both and waits for them. */
function start(bench: Bench, project: Project, itemsOf: (name: string) => readonly Item[]) {
  const agents = NAMES.map((name) => ({
    tool: "Agent",
    input: {
      description: `Task of ${name}`,
      prompt: promptFor(`Task of ${name}.`, { name, items: itemsOf(name) }),
      subagent_type: "general-purpose",
      run_in_background: false,
    },
  }));
  return bench.start(project, "main", [calls(agents), say("both are back")]);
}

const writesOf = (bench: Bench, name: string) =>
  bench.model.shown(name).flatMap((round) => round.results.filter((result) => result.tool === "Write"));

/** The instance that a subagent was told it is, in the form that `--as` takes. */
function ownId(bench: Bench, name: string, session: string): string {
  const told = textOf(bench.model.shown(name).slice(0, 1));
  const id = new RegExp(`--as (${session}\\.[A-Za-z0-9_-]+)`).exec(told)?.[1];
  bench.check(`${name} is told its own ID at its start`, id !== undefined, told.slice(-2000));
  return id ?? `${name} of ${session}`;
}

/** Winner and loser; undefined when there is no telling, which is a failure by itself. */
function sides(bench: Bench): readonly [string, string] | undefined {
  const refused = NAMES.filter((name) => writesOf(bench, name).some((result) => result.isError));
  bench.equal("one of the two is denied", refused.length, 1);
  if (refused.length !== 1) return undefined;
  return refused.includes("S1") ? ["S2", "S1"] : ["S1", "S2"];
}

/** `turn`: the winner holds the file until it stops, which is when it hands back. */
async function playTurn(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "local", hold: "turn" });
  const session = start(bench, project, (name) => [
    race(project, name),
    // The winner's gate opens when the loser was answered; the loser tries again once the winner's lock is gone.
    retry(2, [write(project.path(`${name}.txt`), textBy(name), { gate: `${name} goes on` })]),
    retry(3, [write(project.path(FILE), textBy(name), { gate: `${name} writes again` })]),
    say(`${name} is done`),
  ]);
  for (const name of NAMES) await bench.model.reached(name, 1);
  const found = sides(bench);
  if (found === undefined) return;
  const [winner, loser] = found;
  const winnerId = ownId(bench, winner, session.instance);
  const loserId = ownId(bench, loser, session.instance);
  bench.check("the two have different IDs", winnerId !== loserId, { winnerId, loserId });
  const denial = writesOf(bench, loser)[0]?.text ?? "";
  bench.check(
    "the loser's model is shown that its sibling holds the file",
    denial.includes(`is held by ${winnerId}`),
    denial,
  );
  bench.equal("the sibling does hold it", locksOf(project, bench.bins.coord), [`${FILE} turn ${winnerId}`]);

  bench.model.open(`${winner} goes on`);
  bench.model.open(`${winner} writes again`);
  await bench.until(() => locksOf(project, bench.bins.coord).length === 0);
  bench.model.open(`${loser} goes on`);
  bench.model.open(`${loser} writes again`);
  await bench.endsWell(session);
  const outcomes = writesOf(bench, loser).map((result) => result.isError);
  bench.equal("when the winner has stopped, the loser writes at the first attempt", outcomes, [true, false, false]);
  bench.equal("the file is the loser's", project.content(FILE), textBy(loser));
  bench.equal("nothing is left behind", leftovers(project), []);
}

/** `tool`: the second waits, and is told of its sibling's write as it would be of a stranger's. */
async function playTool(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "local", hold: "tool" });
  const session = start(bench, project, (name) => [
    retry(3, [race(project, name)]),
    // A sibling that has ended would be foreign no more.
    say(`${name} is done`, { barrier: { name: "both wrote", count: 2 } }),
  ]);
  await bench.endsWell(session);
  const found = sides(bench);
  if (found === undefined) return;
  const [winner, loser] = found;
  const winnerId = ownId(bench, winner, session.instance);
  ownId(bench, loser, session.instance);
  const tries = writesOf(bench, loser);
  bench.equal(
    "the loser is denied once, and passes the second time",
    tries.map((result) => result.isError),
    [true, false],
  );
  const denial = tries[0]?.text ?? "";
  bench.check("it is told whose write it would have overwritten", denial.includes(winnerId), denial);
  bench.check("it is told to read the file again", /read it again/i.test(denial), denial);
  bench.equal("the file is the loser's", project.content(FILE), textBy(loser));
  bench.equal("nothing is left behind", leftovers(project), []);
}

const variant = (hold: Hold, play: Scenario["play"]): Scenario => ({
  letter: "e",
  title: "two subagents of one session on one file",
  variant: `hold ${hold}`,
  deadlineMs: 40_000,
  play,
});

export const subagents: readonly Scenario[] = [variant("turn", playTurn), variant("tool", playTool)];
