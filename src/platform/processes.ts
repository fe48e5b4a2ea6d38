import type { Judge, ProcessRef, Verdict } from "../domain/process.ts";
import { darwinSource } from "./darwin-processes.ts";
import { linuxSource } from "./linux-processes.ts";
import type { Here } from "./process-source.ts";
import type { Native } from "./sys/load.ts";

/** Who this process is, and whether others live. Everything is read at most once per process. */
export interface Processes {
  readonly self: () => ProcessRef;
  /** Now on the monotonic clock that all processes of a boot share, and the boot; "0" where it is not to be had. */
  readonly clock: () => { readonly monoMs: number; readonly boot: string };
  /** A process of this machine and namespace, or undefined when it is not there or cannot be looked at. */
  readonly find: (pid: number) => ProcessRef | undefined;
  readonly judge: (ref: ProcessRef) => Verdict;
  /** The nearest ancestor whose command is one of `names`; undefined where the system does not tell. */
  readonly ancestor: (names: readonly string[]) => ProcessRef | undefined;
}

/** Deeper than any chain of shells between a client and its hook. */
const MAX_ANCESTORS = 12;

/** `judge` is the rule by which facts become a verdict: domain/process.ts. */
export function processes(native: Native, judge: Judge): Processes {
  const source = native.darwin === undefined ? linuxSource(native.sys) : darwinSource(native.darwin);
  let known: Here | undefined;
  let me: ProcessRef | undefined;
  const here = (): Here => (known ??= source.here());
  const refOf = (pid: number, start: string): ProcessRef => ({ ...here().machine, pid, start });
  const self = (): ProcessRef => {
    if (me === undefined) {
      const facts = source.facts(process.pid);
      me = refOf(process.pid, facts.found === "yes" ? facts.start : "0");
    }
    return me;
  };
  const find = (pid: number): ProcessRef | undefined => {
    const facts = source.facts(pid);
    return facts.found === "yes" && !facts.zombie ? refOf(pid, facts.start) : undefined;
  };
  return {
    self,
    clock: () => {
      const { machine, clockShiftMs } = here();
      const boot = clockShiftMs === undefined ? "0" : machine.boot;
      return { monoMs: native.sys.monotonicMs() - (clockShiftMs ?? 0), boot };
    },
    find,
    judge: (ref) => judge(ref, self(), source.facts),
    ancestor: (names) => {
      let pid = process.ppid;
      for (let depth = 0; depth < MAX_ANCESTORS && pid > 1; depth += 1) {
        const parent = source.parent(pid);
        if (parent === undefined) return undefined;
        for (const name of parent.names) if (names.includes(name)) return find(pid);
        pid = parent.ppid;
      }
      return undefined;
    },
  };
}
