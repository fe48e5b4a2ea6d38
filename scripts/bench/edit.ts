/** What one Edit costs a session of the real client: test/real-client/edit-cost.ts. */
import { join } from "node:path";
import * as v from "valibot";
import type { Setting, Suite } from "./setting.ts";
import { median, percentile } from "./stats.ts";

const SCRIPT = join(import.meta.dir, "..", "..", "test", "real-client", "edit-cost.ts");
const NAME = "one Edit in a real session";

const TimesSchema = v.object({
  none: v.array(v.number()),
  empty: v.array(v.number()),
  coord: v.array(v.number()),
});

export const edit: Suite = async (setting) => {
  const { none, empty, coord } = measured(setting);
  const against = { what: "empty, so wired", value: median(empty) };
  const cost = `${Math.round(median(coord) - median(none))} ms more than without hooks (${Math.round(median(none))} ms)`;
  const note = `${coord.length} edits of each; coord costs ${cost}`;
  setting.report({ name: NAME, unit: "ms", measured: median(coord), against, bar: { times: 1.3 }, note });
  const p95 = { what: "empty p95", value: percentile(empty, 0.95) };
  setting.report({ name: `${NAME}, p95`, unit: "ms", measured: percentile(coord, 0.95), against: p95 });
};

function measured(setting: Setting): v.InferOutput<typeof TimesSchema> {
  const size = setting.quick ? ["--sessions", "2", "--edits", "5"] : ["--sessions", "10", "--edits", "20"];
  const run = Bun.spawnSync([process.execPath, SCRIPT, ...size], {
    env: { ...process.env, COORD_BIN: setting.coord, COORD_EMPTY: setting.empty },
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = run.stdout.toString().trimEnd().split("\n");
  if (run.exitCode !== 0) throw new Error(lines.at(-1));
  return v.parse(v.pipe(v.string(), v.parseJson(), TimesSchema), lines.at(-1));
}
