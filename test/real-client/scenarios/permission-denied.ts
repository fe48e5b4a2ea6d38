/** (f) A write that the permissions deny has taken a lock before: no event but the batch's ends it. */
import { textOf, type Bench, type Scenario } from "../bench.ts";
import { say, write } from "../script.ts";
import { leftovers, locksOf } from "../state.ts";

const FILE = "secret.txt";

async function play(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "local", hold: "tool" });
  const path = project.path(FILE);
  const a = bench.start(project, "A", [write(path, "A's\n"), say("done", { gate: "end" })], { mode: "default" });
  await bench.model.reached("A", 1);
  const denied = bench.model.shown("A")[1]?.results[0];
  bench.check(
    "the client denies A's write itself",
    denied?.isError === true && /permission/i.test(denied.text),
    denied,
  );
  bench.check("so the file is not there", !project.has(FILE));
  bench.equal("and no lock is left behind the batch", locksOf(project, bench.bins.coord), []);

  const b = bench.start(project, "B", [write(path, "B's\n"), say("done")]);
  await bench.endsWell(b);
  const results = bench.model.shown("B")[1]?.results;
  bench.equal(
    "B writes the file at the first attempt, while A still lives",
    results?.map((one) => one.isError),
    [false],
  );
  const shown = textOf(bench.model.shown("B").slice(1));
  bench.check("B is told of no write by A, as there was none", !shown.includes(a.instance), shown);
  bench.equal("the file is B's", project.content(FILE), "B's\n");

  bench.model.open("end");
  await bench.endsWell(a);
  bench.equal("nothing is left behind", leftovers(project), []);
}

export const permissionDenied: Scenario = {
  letter: "f",
  title: "a permission denial leaves no lock behind the batch",
  variant: "",
  deadlineMs: 30_000,
  play,
};
