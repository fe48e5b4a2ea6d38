import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { coord } from "../e2e/cli.ts";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { onTerminal, PYTHON, type Played, type Show, type Step } from "./pty.ts";
import { screen } from "./screen.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(20_000);

let project: Project;
beforeAll(() => {
  project = layProject();
  const hostile = ["--role", "\u001b[31mred\u0007", "--task", `a\nb\r\u202e${"漢字👍🏽".repeat(30)}`];
  expect(coord(project, ["instance", "register", "--as", "ann", ...hostile]).code).toBe(0);
  expect(coord(project, ["lock", "acquire", "src/\u001b]0;title\u0007.ts", "--as", "ann"]).code).toBe(0);
});
afterAll(() => project[Symbol.dispose]());

const ENTERED = ["?1049h", "?25l", "?7l"];
const LEFT = ["?7h", "?25h", "?1049l"];
const DRAWN = ["until", "leaves"] as const;

async function watch(steps: readonly Step[], show: Show = {}): Promise<Played> {
  return onTerminal(project, ["status", "--watch"], steps, show);
}

/** True for an output in which these sequences come in this order. */
function holds(output: string, sequences: readonly string[]): boolean {
  let from = 0;
  for (const sequence of sequences) {
    const at = output.indexOf(`\u001b[${sequence}`, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

// Without python3 there is no terminal to be had; .ci/run installs it.
describe.skipIf(PYTHON === null)("coord status --watch", () => {
  test("takes the screen, draws, and gives the screen back at q", async () => {
    const { output, code, cooked } = await watch([DRAWN, ["send", "q"], ["exit"]]);
    const all = output.join("");
    expect({ code, cooked }).toEqual({ code: 0, cooked: true });
    expect(holds(output[0] ?? "", ENTERED)).toBe(true);
    expect(holds(output.at(-1) ?? "", LEFT)).toBe(true);
    expect(all.split("\u001b[?2026h").length).toBeGreaterThan(1);
    const terminal = screen(80, 24);
    terminal.write(all);
    expect([...terminal.modes()]).toEqual(["7", "25"]);
    expect(terminal.lines()[1]).toBe("  Claude Code Coordination Status");
    expect(terminal.lines().join("\n")).toContain("Role: \\u{1b}[31mred\\u{7}");
    expect(terminal.lines().join("\n")).toContain("    - src/\\u{1b}]0;title\\u{7}.ts");
    expect(terminal.lines().join("\n")).toMatch(/\d\d:\d\d:\d\dZ {2}q leaves {2}1 instance, 1 lock/);
  });

  test("fits the terminal, also when its size changes", async () => {
    const { output } = await watch([
      DRAWN,
      ["resize", 20, 5],
      ["until", "more lines"],
      ["resize", 100, 40],
      DRAWN,
      ["send", "q"],
      ["exit"],
    ]);
    const small = screen(20, 5);
    small.write(output[2] ?? "");
    expect(small.lines()).toEqual([
      "===================…",
      "  Claude Code Coord…",
      "===================…",
      expect.stringMatching(/^… \d+ more lines$/),
      expect.stringMatching(/^\d\d:\d\d:\d\dZ {2}q leaves…$/),
    ]);
    const large = screen(100, 40);
    large.write(output[4] ?? "");
    expect(large.lines().join("\n")).not.toContain("more lines");
  });

  const endings: readonly (readonly [how: string, step: Step, code: number])[] = [
    ["Ctrl-C", ["send", "\u0003"], 130],
    ["SIGINT", ["signal", "SIGINT"], 130],
    ["Ctrl-\\", ["send", "\u001c"], 131],
    ["SIGTERM", ["signal", "SIGTERM"], 143],
    ["SIGHUP", ["signal", "SIGHUP"], 129],
  ];
  for (const [how, step, code] of endings) {
    test(`gives the screen back at ${how}, and exits with ${code}`, async () => {
      const played = await watch([DRAWN, step, ["exit"]]);
      expect(played).toMatchObject({ code, signal: null, cooked: true });
      expect(holds(played.output.join(""), [...ENTERED, ...LEFT])).toBe(true);
    });
  }

  test("gives the screen back before it says what went wrong", async () => {
    using other = layProject();
    const steps: readonly Step[] = [DRAWN, ["run", ["rm", "-r", ".claude"]], ["until", "No coord state"], ["exit"]];
    const { output, code, cooked } = await onTerminal(other, ["status", "--watch"], steps);
    expect({ code, cooked }).toEqual({ code: 1, cooked: true });
    const all = output.join("");
    expect(all.indexOf("Error: No coord state")).toBeGreaterThan(all.lastIndexOf("\u001b[?1049l"));
  });

  test("shows what changes while it watches", async () => {
    using other = layProject();
    const steps: readonly Step[] = [
      ["until", "No active instances."],
      ["run", [BINARY, "lock", "acquire", "src/new.ts", "--as", "bob"]],
      ["until", "- src/new.ts"],
      ["send", "q"],
      ["exit"],
    ];
    expect((await onTerminal(other, ["status", "--watch"], steps)).code).toBe(0);
  });

  for (const [how, step] of [
    ["Ctrl-Z", ["send", "\u001a"]],
    ["SIGTSTP", ["signal", "SIGTSTP"]],
  ] as const) {
    test(`gives the screen back at ${how}, and takes it again when it goes on`, async () => {
      const played = await watch([DRAWN, step, ["stopped"], ["cooked"], ["continue"], DRAWN, ["send", "q"], ["exit"]]);
      expect(played).toMatchObject({ code: 0, cooked: true });
      expect(holds(played.output[2] ?? "", LEFT)).toBe(true);
      expect(holds(played.output[5] ?? "", ENTERED)).toBe(true);
    });
  }

  test("hears keys again after it was stopped without being asked", async () => {
    const played = await watch([
      DRAWN,
      ["signal", "SIGSTOP"],
      ["stopped"],
      ["cooked"],
      ["continue"],
      DRAWN,
      ["send", "q"],
      ["exit"],
    ]);
    expect(played).toMatchObject({ code: 0, cooked: true });
  });

  test("wants a terminal that it can draw on", async () => {
    const { output, code } = await watch([["exit"]], { env: { TERM: "dumb" } });
    expect(code).toBe(2);
    expect(output.join("")).toBe(
      'Error: coord status --watch draws on a terminal, and TERM "dumb" does not say how\r\nNext: coord status\r\n',
    );
  });
});

test("coord status --watch says what to type where there is no terminal", () => {
  const piped = coord(project, ["status", "--watch"], { env: { TERM: "xterm" } });
  expect(piped).toEqual({
    code: 2,
    out: "",
    err: "Error: coord status --watch draws on a terminal, and stdout is none\nNext: coord status\n",
  });
  const json = coord(project, ["status", "--watch", "--json"]);
  expect({ code: json.code, out: json.out }).toEqual({ code: 2, out: "" });
  expect(JSON.parse(json.err)).toMatchObject({ error: { code: "USAGE", hint: "coord status --json" } });
});
