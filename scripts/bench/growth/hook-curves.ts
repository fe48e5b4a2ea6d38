/** Whole hook processes, next to the empty program, at every size in turn. */
import { hookRound } from "../hook-round.ts";
import { probe } from "../probe.ts";
import { alternate } from "../process-run.ts";
import type { Setting } from "../setting.ts";
import type { Axis } from "./curve.ts";
import { pointOf, type Measured } from "./measured.ts";
import type { Place } from "./place.ts";

/** It looks at each lock that its own session holds: some end now. Those of others are none of its business. */
const AT_THE_END_OF_A_BATCH = "hook release, PostToolBatch";

const HOOKS: ReadonlyMap<string, string> = new Map([
  ["hook check, granted", "hook check"],
  ["hook release, PostToolUse", "hook release, PostToolUse"],
  [AT_THE_END_OF_A_BATCH, AT_THE_END_OF_A_BATCH],
  ["hook heartbeat, renewing", "hook heartbeat"],
]);

export async function hookCurves(setting: Setting, axis: Axis, places: readonly Place[]): Promise<readonly Measured[]> {
  const [first] = places;
  if (first === undefined) return [];
  const pairings = places.flatMap(({ n, project, client, app }) =>
    hookRound(setting.empty, client, probe(app, client.session.id))
      .filter(({ name }) => HOOKS.has(name))
      .map((pairing) => ({ n, pairing: { ...pairing, cwd: project.top } })),
  );
  const rounds = setting.quick ? { rounds: 8, warmUp: 1 } : { rounds: 60, warmUp: 5 };
  const times = await alternate(
    pairings.map(({ pairing }) => pairing),
    first.project.top,
    rounds,
  );
  return times.flatMap(({ name, subject, floor }, i) => {
    const { n } = pairings[i] ?? {};
    if (n === undefined) return [];
    const expected = axis === "own locks" && name === AT_THE_END_OF_A_BATCH ? "linear" : "flat";
    return [{ name: HOOKS.get(name) ?? name, expected, point: pointOf(n, subject, floor) }] as const;
  });
}
