/** A process, named so that the name never fits another one: pids are reused, start times within a boot are not. */
export interface ProcessRef {
  /** Identity of the machine. */
  readonly host: string;
  /** Identity of the boot; also says which monotonic clocks can be compared. */
  readonly boot: string;
  /** Identity of the pid namespace: a pid means nothing outside of it. */
  readonly pidns: string;
  readonly pid: number;
  /** Start time in the unit of the system; "0" when it is not known. */
  readonly start: string;
}

/** "unknown" is not "dead": it is a process that cannot be judged from here (RELIABILITY section 2). */
export type Verdict = "alive" | "dead" | "unknown";

export function sameProcess(a: ProcessRef, b: ProcessRef): boolean {
  return a.pid === b.pid && a.start === b.start && a.pidns === b.pidns && a.boot === b.boot && a.host === b.host;
}

/** What the system says about one pid of this boot and pid namespace, right now. */
export type PidFacts =
  | { readonly found: "no" }
  /** It exists, or cannot be looked at. */
  | { readonly found: "opaque" }
  | { readonly found: "yes"; readonly start: string; readonly zombie: boolean };

export type Judge = (them: ProcessRef, me: ProcessRef, facts: (pid: number) => PidFacts) => Verdict;

/**
 * RELIABILITY section 2, dead(X). `facts` is only asked for a process of this host, boot and namespace.
 * Wrongly "dead" loses data, wrongly "alive" only makes somebody wait: every doubt is "alive" or "unknown".
 */
export const judge: Judge = (them, me, facts) => {
  if (them.host !== me.host) return "unknown";
  // "0" is a boot that could not be read.
  if (them.boot === "0" || me.boot === "0") return "unknown";
  if (them.boot !== me.boot) return "dead";
  if (them.pidns !== me.pidns) return "unknown";
  const now = facts(them.pid);
  switch (now.found) {
    case "no":
      return "dead";
    case "opaque":
      return "alive";
    case "yes":
      if (now.zombie) return "dead";
      // "0" stands for a start time that could not be read: no proof of anything.
      return now.start !== them.start && now.start !== "0" && them.start !== "0" ? "dead" : "alive";
  }
  return now satisfies never;
};
