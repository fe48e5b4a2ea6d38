import { SCOPES, type Scope } from "./wiring.ts";

/** A hook command of coord's, and where it is wired. */
export interface WiredCall {
  readonly scope: Scope;
  readonly hook: string;
  readonly command: string;
  readonly args?: readonly string[] | undefined;
}

export interface WiredTwice {
  readonly text: string;
  /** What is to be typed so that each hook runs once. */
  readonly next: string;
}

/**
 * Which wiring stays where there are several: the shared one, because others rely on it; then the one for all projects.
 * Nobody is told to take away what is not theirs alone.
 */
const STAYS: readonly Scope[] = ["project", "user", "local"];

/** Says that hooks run more than once, and what takes out the surplus. The client runs what is the same only once. */
export function wiredTwice(wired: readonly WiredCall[]): WiredTwice | undefined {
  const callsIn = (scope: Scope): ReadonlySet<string> =>
    new Set(wired.flatMap((one) => (one.scope === scope && one.hook === "check" ? [callOf(one)] : [])));
  const [kept, ...others] = STAYS.filter((scope) => callsIn(scope).size > 0);
  if (kept === undefined) return undefined;
  const once = callsIn(kept);
  const surplus = others.filter((scope) => [...callsIn(scope)].some((call) => !once.has(call)));
  if (surplus.length === 0) return undefined;
  const times = new Set([kept, ...surplus].flatMap((scope) => [...callsIn(scope)])).size;
  const scopes = SCOPES.filter((scope) => scope === kept || surplus.includes(scope));
  const lost = surplus.includes("user") ? "; without user scope, other projects need: coord install --scope local" : "";
  return {
    text: `coord is wired in ${listed(scopes)} scope, so every hook runs ${times === 2 ? "twice" : `${times} times`}${lost}`,
    next: surplus.map((scope) => `coord uninstall --scope ${scope}`).join(" && "),
  };
}

/** By which commands are told apart. */
export function callOf({ command, args }: Pick<WiredCall, "command" | "args">): string {
  return JSON.stringify([command, args]);
}

/** `user, project and local` */
function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" and ");
}
