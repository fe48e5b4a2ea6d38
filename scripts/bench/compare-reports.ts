/** Says what differs between two reports. */
import { compare, EXPONENT_THRESHOLD, THRESHOLDS, type Compared } from "./compare.ts";
import type { Report } from "./report.ts";

const WIDTHS = { name: 56, value: 12 } as const;

/** Answers the exit code: 1 if something that has a bar misses it now, or is slower than noise explains. */
export function compareReports(old: Report, now: Report, say: (line: string) => void): number {
  const differs = machineDifference(old, now);
  for (const [what, { at, commit, coord, quick }] of [["old", old] as const, ["new", now] as const]) {
    say(`${what}: coord ${coord}, commit ${commit ?? "unknown"}, ${at}${quick ? ", quick: noise" : ""}`);
  }
  const percent = (part: number): string => `${Math.round(part * 100)} %`;
  say(
    `Counted: ratios from ${percent(THRESHOLDS.ratio)} on, single figures from ${percent(THRESHOLDS.absolute)} on, exponents from ${EXPONENT_THRESHOLD} on`,
  );
  if (differs !== undefined) say(`${differs}: only ratios and exponents are judged`);
  const all = compare(old, now, differs === undefined);
  const changed = all.filter(({ change, fails }) => change !== "same" || fails);
  say("");
  for (const one of changed) say(lineOf(one));
  const failed = all.filter(({ fails }) => fails);
  const compared = all.filter(({ change }) => change !== "gone" && change !== "new").length;
  say(`\n${compared} compared, ${changed.length} differ, ${failed.length} worse than they may be`);
  if (compared === 0) throw new Error("The two reports have no row in common");
  return failed.length === 0 ? 0 : 1;
}

function lineOf({ name, change, was, is, fails }: Compared): string {
  const { name: width, value } = WIDTHS;
  return `${change.padEnd(8)}${name.padEnd(width)}${was.padStart(value)} -> ${is.padStart(value)}${fails ? "  FAILS" : ""}`;
}

/** Undefined when what was measured on one says something about the other. */
function machineDifference({ machine: old }: Report, { machine: now }: Report): string | undefined {
  const parts = ["cpu", "cores", "system", "disk"] as const;
  const other = parts.filter((part) => old[part] !== now[part]);
  return other.length === 0 ? undefined : `Another machine (${other.join(", ")})`;
}
