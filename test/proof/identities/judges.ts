/** Ways to judge whether a process is dead: coord's own, and broken ones that the suite has to notice. */
import { readFileSync } from "node:fs";
import { judge, type Judge, type PidFacts } from "../../../src/domain/process.ts";
import type { Processes } from "../../../src/platform/processes.ts";
import { processes } from "../../../src/platform/processes.ts";
import type { Native } from "../../../src/platform/sys/load.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";

const MUTANTS = {
  "looks at the number alone": (them, _, facts) => (facts(them.pid).found === "no" ? "dead" : "alive"),
  "takes no notice of start times": (them, me, facts) =>
    judge(them, me, (pid) => changed(facts(pid), (now) => ({ ...now, start: them.start }))),
  "takes no notice of namespaces": (them, me, facts) => judge({ ...them, pidns: me.pidns }, me, facts),
  "takes no notice of machines": (them, me, facts) => judge({ ...them, host: me.host }, me, facts),
  "takes every other boot for an earlier one of this machine": (them, me, facts) =>
    them.boot === me.boot ? judge(them, me, facts) : "dead",
  "takes no notice of boots": (them, me, facts) => judge({ ...them, boot: me.boot }, me, facts),
  "takes what it may not look at for dead": (them, me, facts) =>
    judge(them, me, (pid) => (facts(pid).found === "opaque" ? { found: "no" } : facts(pid))),
  "takes zombies for alive": (them, me, facts) =>
    judge(them, me, (pid) => changed(facts(pid), (now) => ({ ...now, zombie: false }))),
  "takes a leader that has ended for the process": (them, me, facts) =>
    judge(them, me, (pid) => changed(facts(pid), (now) => ({ ...now, zombie: now.zombie || stateOf(pid) === "Z" }))),
  "takes the stopped for dead": (them, me, facts) =>
    judge(them, me, (pid) => (stateOf(pid) === "T" ? { found: "no" } : facts(pid))),
  "takes a start time that is not known for another one": (them, me, facts) => {
    const now = them.boot === me.boot && them.host === me.host ? facts(them.pid) : undefined;
    return now?.found === "yes" && now.start !== them.start ? "dead" : judge(them, me, facts);
  },
} as const satisfies Readonly<Record<string, Judge>>;

export const BROKEN_JUDGES: readonly (readonly [string, Judge])[] = Object.entries(MUTANTS);

type Found = Extract<PidFacts, { readonly found: "yes" }>;

function changed(facts: PidFacts, change: (now: Found) => Found): PidFacts {
  return facts.found === "yes" ? change(facts) : facts;
}

function stateOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text[text.lastIndexOf(")") + 2] ?? "";
  } catch {
    return ""; // no such process
  }
}

/** Who is judged by `rule` here; processes that are hidden are not to be seen in /proc. */
export function judging(native: Native, rule: Judge, hidden: boolean): Processes {
  return processes({ ...native, sys: hidden ? withoutProc(native.sys) : native.sys }, rule);
}

/** As where /proc is mounted with hidepid: of all processes only one's own is to be seen. */
function withoutProc(sys: Sys): Sys {
  const isOthers = (path: string): boolean => /^\/proc\/\d+\/stat$/.test(path) && path !== `/proc/${process.pid}/stat`;
  return { ...sys, open: (path, mode) => (isOthers(path) ? "ENOENT" : sys.open(path, mode)) };
}
