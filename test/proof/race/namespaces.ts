/**
 * Two pid namespaces played with one: a process of namespace 1 has its real number plus OFFSET, as a container's
 * processes have numbers of their own. Nobody can judge a process of the other namespace.
 */
import type { ProcessRef, Verdict } from "../../../src/domain/process.ts";
import type { Processes } from "../../../src/platform/processes.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";
import { randomName } from "../../../src/platform/random-name.ts";
import type { GuardPorts } from "../../../src/store/file/guard.ts";
import { parseHeld } from "../../../src/store/file/token.ts";

/** Above every number that Linux gives to a process. */
const OFFSET = 10_000_000;
export const NAMESPACES = 2;

export function guardPorts(sys: Sys, dir: string, here: Processes, namespace: number): GuardPorts {
  const real = here.self();
  const self: ProcessRef = { ...real, pidns: `${namespace + 1}`, pid: real.pid + namespace * OFFSET };
  const judge = (ref: ProcessRef): Verdict =>
    here.judge(ref.pidns === self.pidns ? { ...ref, pidns: real.pidns, pid: ref.pid - namespace * OFFSET } : ref);
  return { sys, dir, self: () => self, judge, random: Math.random, nonce: () => randomName().replaceAll("-", "") };
}

/** The namespace of a token's holder and its real number; undefined for the free token. */
export function holderIn(token: string): { readonly pid: number; readonly namespace: number } | undefined {
  const ref = parseHeld(token);
  if (ref === undefined) return undefined;
  const namespace = Math.floor(ref.pid / OFFSET);
  return { pid: ref.pid - namespace * OFFSET, namespace };
}

/** The truth about the holder of a token, across namespaces. */
export function isReallyAlive(here: Processes, token: string): boolean {
  const ref = parseHeld(token);
  const holder = holderIn(token);
  if (ref === undefined || holder === undefined) return false;
  return here.judge({ ...ref, pidns: here.self().pidns, pid: holder.pid }) !== "dead";
}
