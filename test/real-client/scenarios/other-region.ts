/** (b) An edit of another region of a file that changed since the last read passes, and says who changed it. */
import { textOf, type Bench, type Scenario } from "../bench.ts";
import { edit, read, say } from "../script.ts";
import { leftovers } from "../state.ts";

const FILE = "src/config.txt";

async function play(bench: Bench): Promise<void> {
  // Project scope, so that this form of the wiring meets a conflict too.
  const project = bench.project({ [FILE]: "top = 1\nmiddle = 2\nbottom = 3\n" }, { scope: "project", hold: "tool" });
  const path = project.path(FILE);
  const b = bench.start(project, "B", [
    read(path),
    edit(path, "bottom = 3", "bottom = 30", { gate: "A has written" }),
    edit(path, "bottom = 30", "bottom = 31"),
    say("done"),
  ]);
  await bench.model.reached("B", 1);
  const a = bench.start(project, "A", [read(path), edit(path, "top = 1", "top = 10"), say("done", { gate: "end" })]);
  await bench.model.reached("A", 2);
  bench.model.open("A has written");
  await bench.endsWell(b);
  bench.model.open("end");
  await bench.endsWell(a);

  const [, , afterFirst, afterSecond] = bench.model.shown("B");
  bench.equal(
    "B's edit passes",
    afterFirst?.results.map((result) => result.isError),
    [false],
  );
  const told = afterFirst?.notes.join("\n") ?? "";
  bench.check("B's model is told A's name beside it", told.includes(a.instance), told);
  bench.check("the note names the file", told.includes(FILE), told);
  bench.check(
    "the note comes from the hook before the edit",
    told.includes("PreToolUse:Edit hook additional context"),
    told,
  );
  bench.equal(
    "B's next edit passes too",
    afterSecond?.results.map((result) => result.isError),
    [false],
  );
  const again = afterSecond?.notes.join("\n") ?? "";
  bench.check("what was told once is not told again", !again.includes(a.instance), again);
  const shownToA = textOf(bench.model.shown("A").slice(1));
  bench.check("A, who wrote first, is told nothing of B", !shownToA.includes(b.instance), shownToA);
  bench.equal("both edits are in the file", project.content(FILE), "top = 10\nmiddle = 2\nbottom = 31\n");
  bench.equal("nothing is left behind", leftovers(project), []);
}

export const otherRegion: Scenario = {
  letter: "b",
  title: "B edits another region of a file that A changed after B's last read",
  variant: "",
  deadlineMs: 30_000,
  play,
};
