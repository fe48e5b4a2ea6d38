/** `lock cleanup` of sessions that were left behind. */
import * as v from "valibot";
import { ago, openProject } from "./app.ts";
import { populate } from "./populate.ts";
import { timed } from "./process-run.ts";
import type { Setting, Suite } from "./setting.ts";
import { median } from "./stats.ts";

const STALE = 1000;
/** Twice `stale_after`. */
const AGE_MS = 600_000;

const CleanupSchema = v.object({ removed_instances: v.array(v.string()), removed_locks: v.array(v.string()) });

export const cleanup: Suite = async (setting) => {
  const times: number[] = [];
  for (let run = 0; run < (setting.quick ? 1 : 3); run += 1) times.push(await once(setting));
  const note = `${STALE} of them, one lock each, in ${Math.round(median(times) * STALE)} ms`;
  setting.report({
    name: "lock cleanup, per stale instance",
    unit: "ms",
    measured: median(times),
    bar: { most: 1 },
    note,
  });
};

/** Milliseconds per instance. */
async function once(setting: Setting): Promise<number> {
  const project = setting.project(setting.disk);
  await populate(ago(await openProject(project), AGE_MS), { instances: STALE, locks: 1 });
  const call = { command: [setting.coord, "lock", "cleanup", "--json"], env: project.env, stdin: "" };
  const { ms, stdout } = timed(call, project.top);
  const { removed_instances, removed_locks } = v.parse(CleanupSchema, JSON.parse(stdout));
  if (removed_instances.length !== STALE || removed_locks.length !== STALE) {
    throw new Error(`cleanup removed ${removed_instances.length} instances and ${removed_locks.length} locks`);
  }
  return ms / STALE;
}
