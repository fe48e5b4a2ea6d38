/** A history that cannot be explained, as text for whoever has to find out why. */
import type { Unexplained } from "./check-history.ts";
import type { Operation } from "./history.ts";

const SHOWN = 60;

/** The same in a few words. */
export function inShort({ culprit, prefix }: Unexplained): string {
  const what = culprit.verb === "die" ? "a death" : `"${culprit.verb}" answered "${culprit.answer?.is}"`;
  return `no order explains ${prefix} operations, of which the last is ${what}`;
}

export function explain({ from, operations, culprit, states, prefix }: Unexplained): string {
  const start = operations[0]?.from ?? 0;
  const shown = operations.slice(-SHOWN);
  const line = (op: Operation): string => {
    const span = `${(op.from - start).toFixed(3)}..${op.until === undefined ? "" : (op.until - start).toFixed(3)}`;
    if (op.verb === "die") return `${span} ${op.client} dies`;
    const target = op.target === undefined ? "" : ` #${op.target}`;
    return `${span} ${op.client} ${op.verb} ${op.paths.join()}${target} -> ${JSON.stringify(op.answer)}`;
  };
  return [
    `No order explains the first ${prefix} operations. All was certain at: ${JSON.stringify(from)}`,
    `${operations.length} calls after that${shown.length < operations.length ? `, of which the last ${SHOWN}` : ""} (milliseconds):`,
    ...shown.map((op) => `${op === culprit ? "=>" : "  "} ${line(op)}`),
    `Possible before the return of =>:`,
    ...states.map((state) => `   ${JSON.stringify(state)}`),
  ].join("\n");
}
