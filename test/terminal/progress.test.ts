import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { progress } from "../../src/cli/progress.ts";
import { layProject } from "../hooks/project.ts";
import { onTerminal, PYTHON, type Show } from "./pty.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(20_000);

const CLEAR = "\r\u001b[K";

describe("progress", () => {
  const at = (columns: number) => {
    const clock = { ms: 0 };
    const written: string[] = [];
    const shown = progress("Cleaning up", {
      now: () => clock.ms,
      columns: () => columns,
      write: async (text) => void written.push(text),
    });
    return { clock, written, shown };
  };

  test("is not shown for what takes no longer than 300 ms, and then nothing is cleared", async () => {
    const { clock, written, shown } = at(80);
    for (clock.ms = 0; clock.ms < 300; clock.ms += 1) shown.update(clock.ms, 300);
    await shown.end();
    expect(written).toEqual([]);
  });

  test("is shown ten times a second at most, over itself, and cleared at the end", async () => {
    const { clock, written, shown } = at(80);
    for (clock.ms = 0; clock.ms <= 1300; clock.ms += 1) shown.update(clock.ms, 2000);
    expect(written).toHaveLength(11);
    expect(written[0]).toBe(`${CLEAR}Cleaning up: 300 of 2,000 (15 %)`);
    await shown.end();
    expect(written.at(-1)).toBe(CLEAR);
  });

  test("stays on one line of a narrow terminal", () => {
    const { clock, written, shown } = at(12);
    clock.ms = 500;
    shown.update(1, 2);
    expect(written).toEqual([`${CLEAR}Cleaning u…`]);
  });

  test("knows no share of nothing", () => {
    const { clock, written, shown } = at(80);
    clock.ms = 500;
    shown.update(0, 0);
    expect(written).toEqual([`${CLEAR}Cleaning up: 0 of 0`]);
  });
});

const PROBE = [process.execPath, join(import.meta.dir, "progress-probe.ts")];

describe.skipIf(PYTHON === null)("on a terminal, progress", () => {
  const played = async (words: readonly string[], show: Show = {}): Promise<string> => {
    using project = layProject({ state: false });
    const { output, code } = await onTerminal(project, words, [["exit"]], { program: PROBE, ...show });
    expect(code).toBe(0);
    return output.join("");
  };

  test("is there while the work goes on, and gone after it", async () => {
    const all = await played(["700"]);
    const [before = "", after] = all.split("[still working]");
    expect(before).toMatch(/Working: \d+ of 700 \(\d+ %\)/);
    // oxlint-disable-next-line no-control-regex -- the colours that must not be there
    expect(before).not.toMatch(/\u001b\[[0-9;]*m/);
    expect(after).toBe(`${CLEAR}done\r\n`);
  });

  test("is not there for JSON, nor on a terminal that knows lines only", async () => {
    expect(await played(["700", "json"])).toBe("[still working]done\r\n");
    expect(await played(["700"], { env: { TERM: "dumb" } })).toBe("[still working]done\r\n");
  });
});

test("where stderr is no terminal, progress is not there", () => {
  const run = Bun.spawnSync([...PROBE, "700"], { env: { TERM: "xterm" }, stdout: "pipe", stderr: "pipe" });
  expect(run.stderr.toString()).toBe("[still working]");
});
