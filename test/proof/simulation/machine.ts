/** The processes of a simulated machine. Numbers are used again soon, as pids are. */
import { judge, type ProcessRef } from "../../../src/domain/process.ts";
import type { Processes } from "../../../src/platform/processes.ts";
import type { Clock } from "./clock.ts";

export interface Machine {
  readonly processes: Processes;
  readonly spawn: () => ProcessRef;
  readonly kill: (process: ProcessRef) => void;
  /** Nobody is left. */
  readonly reboot: () => void;
  readonly isAlive: (process: ProcessRef) => boolean;
  /** When a process died, on the monotonic clock of its boot; undefined while it lives, or once its boot is over. */
  readonly diedMs: (process: ProcessRef) => number | undefined;
}

const FIRST_PID = 100;

export function virtualMachine(clock: Clock): Machine {
  const running = new Map<number, ProcessRef>();
  const died = new Map<string, number>();
  let starts = 0;
  const refOf = (pid: number, start: string): ProcessRef => ({
    host: "laptop",
    boot: clock.now().boot,
    pidns: "1",
    pid,
    start,
  });
  const nameOf = ({ boot, pid, start }: ProcessRef): string => `${boot}.${pid}.${start}`;
  const isAlive = (ref: ProcessRef): boolean =>
    ref.boot === clock.now().boot && running.get(ref.pid)?.start === ref.start;
  return {
    processes: {
      self: () => refOf(1, "1"),
      clock: () => ({ monoMs: clock.now().mono_ms, boot: clock.now().boot }),
      find: (pid) => running.get(pid),
      judge: (ref) =>
        judge(ref, refOf(1, "1"), (pid) => {
          const found = running.get(pid);
          return found === undefined ? { found: "no" } : { found: "yes", start: found.start, zombie: false };
        }),
      ancestor: () => undefined,
    },
    spawn: () => {
      let pid = FIRST_PID;
      while (running.has(pid)) pid += 1;
      starts += 1;
      const ref = refOf(pid, `${starts}`);
      running.set(pid, ref);
      return ref;
    },
    kill: (ref) => {
      if (!isAlive(ref)) return;
      running.delete(ref.pid);
      died.set(nameOf(ref), clock.now().mono_ms);
    },
    reboot: () => running.clear(),
    isAlive,
    diedMs: (ref) => died.get(nameOf(ref)),
  };
}
