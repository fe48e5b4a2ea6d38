/** (h) After both sessions have ended, no lock, no instance and no scratch of theirs is left. */
import type { Bench, Scenario } from "../bench.ts";
import type { Hold, Project } from "../project.ts";
import { call, edit, promptFor, read, say, write, type Item } from "../script.ts";
import { instancesOf, leftovers, locksOf } from "../state.ts";

/** Something of everything: a new file, a read and an edit, a subagent, Bash, and a refused edit at the end. */
function script(project: Project, name: string): readonly Item[] {
  const own = project.path(`src/${name}.txt`);
  const agent = { name: `${name}'s agent`, items: [write(project.path(`src/agent-of-${name}.txt`), "x\n"), say("ok")] };
  return [
    write(own, "one\n", { barrier: { name: "both are here", count: 2 } }),
    read(own),
    edit(own, "one", "two"),
    call("Agent", {
      description: "Help",
      prompt: promptFor("Help.", agent),
      subagent_type: "general-purpose",
      run_in_background: false,
    }),
    call("Bash", { command: "git status --short" }),
    edit(own, "not there", "anything"),
    say("done", { gate: "end" }),
  ];
}

async function play(bench: Bench, hold: Hold): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "local", hold });
  const clients = ["A", "B"].map((name) => bench.start(project, name, script(project, name)));
  for (const client of clients) await bench.model.reached(client.name, 6);
  bench.equal(
    "while they work, both are registered",
    instancesOf(project, bench.bins.coord).filter((id) => !id.includes(".")),
    clients.map((client) => client.instance).toSorted(),
  );
  const held = locksOf(project, bench.bins.coord);
  const own = clients.map((client) => `src/${client.name}.txt ${hold} ${client.instance}`);
  if (hold === "tool") bench.equal("between tool calls nobody holds anything", held, []);
  else
    bench.check(
      "each holds what it wrote",
      own.every((line) => held.includes(line)),
      held,
    );

  bench.model.open("end");
  for (const client of clients) await bench.endsWell(client);
  // First what is on disk, because the commands may tidy up.
  bench.equal("no lock, instance, scratch or mutex is left on disk", leftovers(project), []);
  bench.equal("no lock is listed", locksOf(project, bench.bins.coord), []);
  bench.equal("no instance is listed", instancesOf(project, bench.bins.coord), []);
  for (const name of ["A", "B"]) {
    bench.equal(`${name}'s work is there`, project.content(`src/${name}.txt`), "two\n");
    bench.equal(`the work of ${name}'s subagent is there`, project.content(`src/agent-of-${name}.txt`), "x\n");
  }
}

const variant = (hold: Hold): Scenario => ({
  letter: "h",
  title: "after both sessions have ended, nothing is left",
  variant: `hold ${hold}`,
  deadlineMs: 40_000,
  play: (bench) => play(bench, hold),
});

export const afterTheEnd: readonly Scenario[] = [variant("tool"), variant("turn"), variant("session")];
