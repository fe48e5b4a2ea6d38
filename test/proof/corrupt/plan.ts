/** Which kind meets which target under which command: every pair of the three at least once, each (kind, target) `times`. */
export interface Case {
  readonly kind: string;
  readonly target: string;
  readonly line: string;
}

/**
 * Greedy: for each (kind, target) the commands that meet the most pairs which are new. `pairs` may be in any order;
 * the plan depends on it and on nothing else.
 */
export function planned(
  pairs: readonly (readonly [kind: string, target: string])[],
  lines: readonly string[],
  times: number,
): readonly Case[] {
  const used = new Map<string, number>();
  const uses = (what: string): number => used.get(what) ?? 0;
  const cases: Case[] = [];
  const add = (kind: string, target: string, line: string): void => {
    cases.push({ kind, target, line });
    for (const what of [`k ${kind} ${line}`, `t ${target} ${line}`, line]) used.set(what, uses(what) + 1);
  };
  const newness = (kind: string, target: string, line: string): number =>
    (uses(`k ${kind} ${line}`) === 0 ? 1e6 : 0) + (uses(`t ${target} ${line}`) === 0 ? 1e6 : 0) - uses(line);
  const best = (kind: string, target: string, count: number): readonly string[] =>
    lines
      .map((line) => ({ line, worth: newness(kind, target, line) }))
      .toSorted((a, b) => b.worth - a.worth)
      .slice(0, count)
      .map(({ line }) => line);
  for (const [kind, target] of pairs) for (const line of best(kind, target, times)) add(kind, target, line);
  // What is left over, with whatever partner it has fewest of.
  for (const line of lines) {
    for (const [kind, target] of pairs) {
      if (newness(kind, target, line) > 1e5) add(kind, target, line);
    }
  }
  return cases;
}

/** How many of the pairs the cases hold, by what they are pairs of. */
export function covered(
  cases: readonly Case[],
): Readonly<Record<"kindTarget" | "targetCommand" | "kindCommand", number>> {
  return {
    kindTarget: new Set(cases.map(({ kind, target }) => `${kind}|${target}`)).size,
    targetCommand: new Set(cases.map(({ target, line }) => `${target}|${line}`)).size,
    kindCommand: new Set(cases.map(({ kind, line }) => `${kind}|${line}`)).size,
  };
}
