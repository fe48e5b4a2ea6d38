import type { Limits } from "./instance.ts";
import type { LockKind } from "./lock.ts";

export type HoldPolicy = Exclude<LockKind, "claim">;
export type OnConflict = "deny" | "warn" | "off";

/** What a user may set: DESIGN section 8. Durations in milliseconds. */
export interface Config extends Limits {
  readonly hold: HoldPolicy;
  /** How long a hook waits for a tool lock. */
  readonly waitMs: number;
  readonly onConflict: OnConflict;
  /** An internal error denies instead of letting the call go on. */
  readonly strict: boolean;
  /** Globs on paths relative to their worktree. */
  readonly ignore: readonly string[];
  /** MCP tools that write: name, and the argument that holds the path. */
  readonly writeTools: ReadonlyMap<string, string>;
}

export const DEFAULTS: Config = {
  ttlMs: 5 * 60_000,
  toolTtlMs: 60_000,
  staleAfterMs: 5 * 60_000,
  hold: "tool",
  waitMs: 2000,
  onConflict: "deny",
  strict: false,
  ignore: [".git/**", ".claude/coordination/**", "node_modules/**"],
  writeTools: new Map(),
};
