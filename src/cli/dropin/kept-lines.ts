import { show } from "./say.ts";
import type { Kept } from "./lay-dropin.ts";

/** What init says about files that were in the way. */
export function keptLines(kept: readonly Kept[]): readonly string[] {
  return kept.map(({ from, to }) => `Replaced: ${show(from)}; what was there is kept as ${show(to)}`);
}
