/** What is asked for by commands that take paths: who wants which, state by state. */
import { MAX_INTENT } from "../domain/registration.ts";
import type { PathId } from "../domain/path.ts";
import { requireState, type App } from "./context.ts";
import type { Identity } from "./identity.ts";
import { lockablePath, typedPath } from "./paths.ts";
import { requireShort } from "./require-short.ts";

/** The paths that belong to one state, as typed, and who acts there. */
export interface Share {
  readonly app: App;
  readonly me: Identity;
  readonly paths: readonly string[];
}

/** A path by its identity and by the name that it was given. */
export interface Wanted {
  readonly typed: string;
  readonly path: PathId;
}

/** The same as `Share`, looked up. No two paths are one file. */
export interface Claim {
  readonly app: App;
  readonly me: Identity;
  readonly wanted: readonly Wanted[];
}

/** A request to lock: everything that can be wrong with it is found here, before anything is taken. Throws USAGE, STATE_MISSING. */
export function claimsOf(shares: readonly Share[], intent: string): readonly Claim[] {
  requireShort("intent", intent, MAX_INTENT);
  return lookedUp(shares, lockablePath);
}

/** The paths of a request that takes nothing new. Throws USAGE, STATE_MISSING. */
export function namedIn(shares: readonly Share[]): readonly Claim[] {
  return lookedUp(shares, typedPath);
}

function lookedUp(shares: readonly Share[], find: (app: App, typed: string) => PathId): readonly Claim[] {
  return shares.map(({ app, me, paths }) => {
    requireState(app);
    const wanted = new Map<string, Wanted>();
    for (const typed of paths) {
      const path = find(app, typed);
      if (!wanted.has(path.key)) wanted.set(path.key, { typed, path });
    }
    return { app, me, wanted: [...wanted.values()] };
  });
}

/** Every path that was asked for, as typed. */
export function askedFor(claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ wanted }) => wanted.map(({ typed }) => typed));
}
