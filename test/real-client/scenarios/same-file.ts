/** (a) Two sessions write the same file at the same time: the hold mode says whether the second waits or is denied. */
import { join } from "node:path";
import { textOf, type Bench, type Scenario } from "../bench.ts";
import type { Client } from "../client.ts";
import { runPrinted, type OwnHooks } from "../project.ts";
import { retry, say, write } from "../script.ts";
import { leftovers, locksOf } from "../state.ts";

const FILE = "src/plan.txt";
const textBy = (name: string): string => `Written by ${name}.\n`;

/** Results of one session's Writes, in order. */
function writes(bench: Bench, client: Client) {
  return bench.model.shown(client.name).flatMap((round) => round.results.filter((result) => result.tool === "Write"));
}

/** `turn`: whoever wins holds the file until its turn ends, and the gate keeps that turn open. */
async function playTurn(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "local", hold: "turn" });
  const clients = ["A", "B"].map((name) =>
    bench.start(project, name, [
      write(project.path(FILE), textBy(name), { barrier: { name: "race", count: 2 } }),
      say("done", { gate: "end" }),
    ]),
  );
  for (const client of clients) await bench.model.reached(client.name, 1);
  const winner = clients.find((client) => writes(bench, client).every((result) => !result.isError));
  const loser = clients.find((client) => client !== winner);
  const refused = clients.filter((client) => writes(bench, client).some((result) => result.isError));
  bench.equal("one of the two is denied", refused.length, 1);
  if (winner === undefined || loser === undefined) return;

  bench.equal("the winner holds the file for its turn", locksOf(project, bench.bins.coord), [
    `${FILE} turn ${winner.instance}`,
  ]);
  const denial = writes(bench, loser)[0]?.text ?? "";
  const form = new RegExp(
    `^PreToolUse:Write hook error: Not written: ${FILE} is held by ${winner.instance} ?.* since \\d\\d:\\d\\d, ` +
      "until \\d\\d:\\d\\d unless renewed",
  );
  bench.check("the loser's model is shown who holds it, since when and until when", form.test(denial), denial);
  bench.check("it is told what it can do meanwhile", denial.includes("Other files are free"), denial);
  const [, toWait, toSee] = /To wait: (.+)\. To see its work: (.+)\.$/.exec(denial) ?? [];
  bench.check("it is told how to wait and how to see the other's work", toSee !== undefined, denial);
  const won = textOf(bench.model.shown(winner.name));
  bench.check("the winner is told of no trouble", !won.includes("Not written"), won);

  const waited = runPrinted(project, toWait ?? "exit 99");
  bench.equal("the command that shows it runs as printed", await runPrinted(project, toSee ?? "exit 99"), 0);
  bench.model.open("end");
  for (const client of clients) await bench.endsWell(client);
  bench.equal("the command that waits runs as printed, and ends when the file is free", await waited, 0);
  bench.equal("the file is the winner's", project.content(FILE), textBy(winner.name));
  bench.equal("nothing is left behind", leftovers(project), []);
}

/**
 * Keeps the first writer's lock until the other session is inside its own PreToolUse: without that, a quick winner might
 * be through before the loser asks, and nobody would have waited. Ends by itself, as the second writer meets nobody.
 */
const overlap: OwnHooks = ({ side }) => ({
  PreToolUse: { matcher: "Write", command: `: >'${side}'/asked-$CLAUDE_CODE_SESSION_ID` },
  PostToolUse: {
    matcher: "Write",
    command:
      `n=0; while [ "$(ls '${side}' | grep -c asked-)" -lt 2 ] && [ $n -lt 15 ]; do n=$((n + 1)); sleep 0.1; done; ` +
      `sleep 0.3; : >'${side}'/overlapped`,
  },
});

/** `tool`: the second waits for the end of the first's tool call, and is then told of a write that it never saw. */
async function playTool(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "local", hold: "tool" }, overlap);
  const clients = ["A", "B"].map((name) =>
    bench.start(project, name, [
      retry(3, [write(project.path(FILE), textBy(name), { barrier: { name: "race", count: 2 } })]),
      say("done", { gate: "end" }),
    ]),
  );
  for (const client of clients) {
    await bench.until(() => writes(bench, client).some((result) => !result.isError));
  }
  await bench.appears(join(project.side, "overlapped"));
  const winner = clients.find((client) => writes(bench, client).every((result) => !result.isError));
  const loser = clients.find((client) => client !== winner);
  bench.check("one of the two is never denied", winner !== undefined);
  if (winner === undefined || loser === undefined) return;

  const tries = writes(bench, loser);
  const outcomes = tries.map((result) => (result.isError ? "denied" : "written"));
  bench.equal("the other is denied once, and passes the second time", outcomes, ["denied", "written"]);
  const denial = tries[0]?.text ?? "";
  bench.check("it waited for the lock instead of being denied for it", !denial.includes(" is held by "), denial);
  bench.check("it is told whose write it would have overwritten", denial.includes(winner.instance), denial);
  bench.check("it is told to read the file again", /read it again/i.test(denial), denial);
  bench.check("it is told the time of that write", /\d\d:\d\d/.test(denial), denial);
  bench.equal("no lock outlives the tool calls", locksOf(project, bench.bins.coord), []);

  bench.model.open("end");
  for (const client of clients) await bench.endsWell(client);
  bench.equal("the file is that of the one who wrote knowingly", project.content(FILE), textBy(loser.name));
  bench.equal("nothing is left behind", leftovers(project), []);
}

const shared = { letter: "a", title: "two sessions write the same file at the same time", deadlineMs: 30_000 } as const;

export const sameFile: readonly Scenario[] = [
  { ...shared, variant: "hold turn", play: playTurn },
  { ...shared, variant: "hold tool", play: playTool },
];
