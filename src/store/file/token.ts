import type { ProcessRef } from "../../domain/process.ts";

/** The name of a free guard token. */
export const FREE = "free";
const HELD = "held.";

/** `held.<host>.<boot>.<pidns>.<pid>.<start>.<nonce>`: who holds the guard is in the name, so it never needs reading. */
export function heldName(me: ProcessRef, nonce: string): string {
  return `${HELD}${me.host}.${me.boot}.${me.pidns}.${me.pid}.${me.start}.${nonce}`;
}

export function isToken(name: string): boolean {
  return name === FREE || name.startsWith(HELD);
}

/** True for the name of a held token that can be typed as it stands, ours or not: `--break-guard` takes it. */
export function isBreakable(name: string): boolean {
  return /^held\.[A-Za-z0-9._-]{1,250}$/.test(name);
}

/** The holder in a token's name; undefined for a name that is none of ours: nobody can be judged by it. */
export function parseHeld(name: string): ProcessRef | undefined {
  if (!name.startsWith(HELD)) return undefined;
  const [host, boot, pidns, pid, start, nonce, ...rest] = name.slice(HELD.length).split(".");
  if (!host || !boot || !pidns || !pid || !start || !nonce || rest.length > 0) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(pid)) return undefined;
  // It is told to people, who type it.
  for (const part of [host, boot, pidns, start, nonce]) if (!/^[A-Za-z0-9]+$/.test(part)) return undefined;
  return { host, boot, pidns, pid: Number(pid), start };
}
