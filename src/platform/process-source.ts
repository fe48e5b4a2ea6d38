/** What each system has to tell of its processes, and what all of them need to tell it. */
import type { PidFacts } from "../domain/process.ts";

interface Machine {
  readonly host: string;
  readonly boot: string;
  readonly pidns: string;
}

export interface Here {
  readonly machine: Machine;
  /** `TimeShift.monotonicMs`. */
  readonly clockShiftMs: number | undefined;
}

export interface ProcessSource {
  readonly here: () => Here;
  readonly facts: (pid: number) => PidFacts;
  readonly parent: (pid: number) => { readonly ppid: number; readonly names: readonly string[] } | undefined;
}

/** True when the system says for certain that there is no such process; EPERM means that there is one. */
export function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

export function shortHash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 12);
}

/** The name of a boot as it stands in file names: no dots, no dashes. */
export function shortBoot(uuid: string): string {
  return uuid.replaceAll("-", "").toLowerCase().slice(0, 16);
}
