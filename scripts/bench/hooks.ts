/** Whole hook processes against the empty program, in the order in which a session calls them. */
import { sessionStart } from "../stand-in/events.ts";
import { openProject } from "./app.ts";
import { FILES, hookRound } from "./hook-round.ts";
import { probe } from "./probe.ts";
import { alternate } from "./process-run.ts";
import type { Suite } from "./setting.ts";
import { median, percentile } from "./stats.ts";

export const hooks: Suite = async (setting) => {
  const project = setting.project(setting.disk, FILES);
  const client = setting.client(project);
  const state = probe(await openProject(project), client.session.id);
  client.hook("init", sessionStart(client.session));
  const rounds = setting.quick ? { rounds: 20, warmUp: 2 } : { rounds: 250, warmUp: 20 };
  for (const { name, subject, floor } of await alternate(
    hookRound(setting.empty, client, state),
    project.top,
    rounds,
  )) {
    const p50 = { what: "empty", value: median(floor) };
    setting.report({ name, unit: "ms", measured: median(subject), against: p50, bar: { times: 1.3 } });
    const p95 = { what: "empty p95", value: percentile(floor, 0.95) };
    setting.report({
      name: `${name}, p95`,
      unit: "ms",
      measured: percentile(subject, 0.95),
      against: p95,
      bar: { times: 1.6 },
    });
  }
};
