/** (c) A Write over a file that another session created and this one never read is denied once, then passes. */
import type { Bench, Scenario } from "../bench.ts";
import { say, write } from "../script.ts";
import { leftovers } from "../state.ts";

const FILE = "notes.md";

async function play(bench: Bench): Promise<void> {
  // User scope, so that this form of the wiring is run too.
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "user", hold: "tool" });
  const path = project.path(FILE);
  const a = bench.start(project, "A", [write(path, "Notes of A.\n"), say("done", { gate: "end" })]);
  await bench.model.reached("A", 1);
  const b = bench.start(project, "B", [
    write(path, "Notes of B, blindly.\n"),
    write(path, "Notes of B, knowingly.\n", { gate: "looked" }),
    say("done"),
  ]);
  await bench.model.reached("B", 1);
  bench.equal("after the denial the file is still A's", project.content(FILE), "Notes of A.\n");
  bench.model.open("looked");
  await bench.endsWell(b);
  bench.model.open("end");
  await bench.endsWell(a);

  const [, afterFirst, afterSecond] = bench.model.shown("B");
  const denial = afterFirst?.results[0];
  bench.check("B's first Write is denied by the hook", denial?.isError === true, denial);
  const text = denial?.text ?? "";
  bench.check(
    "the denial begins in the fixed form",
    text.startsWith("PreToolUse:Write hook error: Not written: "),
    text,
  );
  bench.check("it names A", text.includes(a.instance), text);
  bench.check("it names the file", text.includes(FILE), text);
  bench.check("it says to read the file again", /read it again/i.test(text), text);
  bench.equal(
    "B's second Write passes",
    afterSecond?.results.map((result) => result.isError),
    [false],
  );
  bench.equal("the file is B's", project.content(FILE), "Notes of B, knowingly.\n");
  bench.equal("nothing is left behind", leftovers(project), []);
}

export const unseenFile: Scenario = {
  letter: "c",
  title: "B overwrites a file that A created and B never read",
  variant: "",
  deadlineMs: 30_000,
  play,
};
