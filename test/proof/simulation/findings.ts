/** What the simulation found wrong, and how often it looked. */

/** The rules that hold after each step. */
export type Rule =
  | "one holder per path"
  | "fences only grow"
  | "no grant to the dead"
  | "no live lock is lost before its time"
  | "what has ended bars nobody"
  | "a grant lasts as long as promised"
  | "a sign of life renews the lease"
  | "nobody waits for ever"
  | "the ledger names the true last writer"
  | "every unseen foreign write is reported"
  | "nothing else is reported"
  | "what was read counts as seen, and nothing else"
  | "10, 11 and 12 tell the truth"
  | "whoever lost a lock is told"
  | "a look shows what is"
  | "cleanup removes the gone and nobody else"
  | "every acknowledged decision is there once, in order"
  | "nothing else fails";

export interface Finding {
  readonly rule: Rule;
  readonly what: string;
}

export interface Findings {
  /** Looks whether a rule holds. */
  readonly check: (rule: Rule, holds: boolean, what: () => string) => void;
  /** The first rule that was broken. */
  readonly first: () => Finding | undefined;
  /** Something happened that the report should count. */
  readonly count: (what: string, by?: number) => void;
  readonly counts: ReadonlyMap<string, number>;
  readonly looked: ReadonlyMap<Rule, number>;
  /** Notes a step, for the story that is told with a finding. */
  readonly note: (line: string) => void;
  readonly story: () => readonly string[];
}

export function findings(storyLines: number): Findings {
  const counts = new Map<string, number>();
  const looked = new Map<Rule, number>();
  const story: string[] = [];
  let first: Finding | undefined;
  return {
    check: (rule, holds, what) => {
      looked.set(rule, (looked.get(rule) ?? 0) + 1);
      if (holds || first !== undefined) return;
      first = { rule, what: what() };
      story.push(`BROKEN: ${rule}: ${first.what}`);
    },
    first: () => first,
    count: (what, by = 1) => {
      counts.set(what, (counts.get(what) ?? 0) + by);
    },
    counts,
    looked,
    note: (line) => {
      if (first !== undefined) return;
      story.push(line);
      if (story.length > storyLines) story.shift();
    },
    story: () => story,
  };
}
