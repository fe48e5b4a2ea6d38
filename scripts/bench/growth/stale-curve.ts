/** `lock cleanup` of sessions that were left behind with a lock each. It can be measured only once in each state. */
import { timed } from "../process-run.ts";
import type { Setting } from "../setting.ts";
import * as v from "valibot";
import { curvesOf, pointOf, type Measured } from "./measured.ts";
import { layPlace } from "./place.ts";

const MOST_STALE = 10_000;
const NOTE = "100,000 are left out: they take minutes, each of them a step of its own under the guard";

const CleanupSchema = v.object({ removed_instances: v.array(v.string()), removed_locks: v.array(v.string()) });

export async function staleCurve(setting: Setting, sizes: readonly number[]): Promise<void> {
  const measured: Measured[] = [];
  for (const n of sizes.filter((size) => size <= MOST_STALE)) {
    const times: number[] = [];
    const floor: number[] = [];
    for (let run = 0; run < (setting.quick || n > 1000 ? 1 : 3); run += 1) {
      const { project } = await layPlace(setting, "stale instances", n);
      floor.push(timed({ command: [setting.empty], env: project.env, stdin: "" }, project.top).ms);
      const command = [setting.coord, "lock", "cleanup", "--json"];
      const { ms, stdout } = timed({ command, env: project.env, stdin: "" }, project.top);
      const { removed_instances, removed_locks } = v.parse(CleanupSchema, JSON.parse(stdout));
      if (removed_instances.length !== n || removed_locks.length !== n) {
        throw new Error(`cleanup of ${n} removed ${removed_instances.length} and ${removed_locks.length} locks`);
      }
      times.push(ms);
      await setting.clear();
    }
    measured.push({ name: "lock cleanup, of the stale", expected: "linear", point: pointOf(n, times, floor) });
  }
  for (const curve of curvesOf("stale instances", measured, NOTE)) setting.reportCurve(curve);
}
