/** (d) A session dies by SIGKILL while it holds locks: the next one gets the file at once, and the dead is forgotten. */
import { textOf, type Bench, type Scenario } from "../bench.ts";
import { coord } from "../project.ts";
import { edit, read, say, write } from "../script.ts";
import { instancesOf, leftovers, locksOf } from "../state.ts";

const FILE = "src/queue.txt";
const OTHER = "src/other.txt";

async function play(bench: Bench): Promise<void> {
  const project = bench.project({ [FILE]: "first\n" }, { scope: "local", hold: "session" });
  const path = project.path(FILE);
  const b = bench.start(project, "B", [
    read(path, { gate: "A is dead" }),
    edit(path, "first", "first, then B"),
    say("done", { gate: "end" }),
  ]);
  const a = bench.start(project, "A", [
    read(path),
    edit(path, "first", "A was first"),
    write(project.path(OTHER), "A's\n"),
    say("never said", { gate: "never" }),
  ]);
  await bench.model.reached("A", 3);
  await bench.model.reached("B", 0);
  bench.equal("A holds both files for its session", locksOf(project, bench.bins.coord), [
    `${OTHER} session ${a.instance}`,
    `${FILE} session ${a.instance}`,
  ]);

  await a.kill();
  const died = performance.now();
  bench.model.open("A is dead");
  await bench.model.reached("B", 2);
  bench.note(`from A's death to the result of B's read and edit: ${Math.round(performance.now() - died)} ms`);
  const edited = bench.model.shown("B")[2]?.results;
  bench.equal(
    "B's edit passes at the first attempt",
    edited?.map((result) => result.isError),
    [false],
  );
  const shown = textOf(bench.model.shown("B").slice(1));
  bench.check("B is never told that A holds the file", !shown.includes(`held by ${a.instance}`), shown);
  bench.equal("the file has both", project.content(FILE), "A was first, then B\n");
  bench.equal("only B holds anything now", locksOf(project, bench.bins.coord), [`${FILE} session ${b.instance}`]);
  bench.equal("only B counts as being at work", instancesOf(project, bench.bins.coord), [b.instance]);

  bench.model.open("end");
  await bench.endsWell(b);
  coord(project, bench.bins.coord, "lock", "cleanup");
  bench.equal("nothing is left behind after a clean-up", leftovers(project), []);
}

export const killedHolder: Scenario = {
  letter: "d",
  title: "a session is killed while it holds a lock for its session",
  variant: "",
  deadlineMs: 30_000,
  play,
};
