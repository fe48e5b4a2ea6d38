/** `coord lock wait`: until nobody else holds a path; takes nothing. */
import { claimsOf } from "./acquire-lock.ts";
import { barsNow } from "./bars.ts";
import { checkLock, type CheckReport } from "./check-lock.ts";
import type { App } from "./context.ts";
import { heldError } from "./held-error.ts";
import type { Identity } from "./identity.ts";

/** A look every so often; reading one small file costs next to nothing. Milliseconds. */
const POLL_MS = 25;

/** Answers how things stand when the path is free for the acting instance. Throws LOCK_HELD after `timeoutMs`. */
export async function waitLock(app: App, me: Identity, typed: string, timeoutMs: number): Promise<CheckReport> {
  const claims = claimsOf([{ app, me, paths: [typed] }], { intent: "", ttlMs: undefined });
  const until = app.sys.monotonicMs() + timeoutMs;
  for (;;) {
    const barred = await barsNow(claims);
    if (barred.length === 0) return checkLock(app, me, typed);
    const left = until - app.sys.monotonicMs();
    if (left <= 0) throw heldError(barred, { what: "wait", asked: [typed], waitedMs: timeoutMs });
    await Bun.sleep(Math.min(POLL_MS, Math.max(1, left)));
  }
}
