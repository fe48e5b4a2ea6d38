/**
 * Processes that want one path, or one each, all in the same state: how many grants there are, and how long the unlucky
 * wait. The same with flock(2) and with proper-lockfile, which are mutexes and no more: no ledger, no holder's name.
 */
import { contest, type Contest } from "./contention/contest.ts";
import { summaryOf, type Summary } from "./contention/summary.ts";
import { WAYS } from "./contention/takers.ts";
import { openProject } from "./app.ts";
import type { Setting, Suite } from "./setting.ts";

const PROCESSES = [2, 4, 16, 64];
/** DESIGN section 9. */
const BARRED = 16;

export const contention: Suite = async (setting) => {
  for (const isShared of [true, false]) {
    for (const processes of PROCESSES) {
      for (const way of WAYS) {
        const hasBar = way === "coord" && isShared && processes === BARRED;
        const seconds = setting.quick ? 2 : hasBar ? 15 : processes > BARRED ? 10 : 5;
        const names = Array.from({ length: processes }, (_, i) => `src/file-${isShared ? 0 : i}.ts`);
        const summary = await once(setting, { way, seconds, paths: names });
        const where = isShared ? "on one path" : "on a path each";
        setting.report({
          name: `${processes} processes ${where}, ${way}`,
          unit: "/s",
          measured: summary.grantsPerSecond,
          details: { ...summary },
          note: noteOf(summary),
        });
        if (hasBar) reportBar(setting, summary);
      }
    }
  }
};

async function once(setting: Setting, wanted: Contest): Promise<Summary> {
  const files = Object.fromEntries(wanted.paths.map((path) => [path, "export const a = 1;\n"]));
  const project = setting.project(setting.disk, files);
  await openProject(project);
  return summaryOf(await contest(project, wanted));
}

function reportBar(setting: Setting, summary: Summary): void {
  const { grants, waitP99Ms, meanHoldMs, leastGrants, mostGrants, elapsedMs } = summary;
  const inTime = `${grants} grants in ${(elapsedMs / 1000).toFixed(1)} s`;
  const note = `${inTime}; the least lucky process had ${leastGrants}, the luckiest ${mostGrants}`;
  const against = { what: "mean hold", value: meanHoldMs };
  const name = `${BARRED} processes on one path, p99 wait`;
  setting.report({ name, unit: "ms", measured: waitP99Ms, against, bar: { times: 50 }, note });
  if (leastGrants === 0) throw new Error("A process never got the path");
}

function noteOf(summary: Summary): string {
  const { waitP50Ms, waitP99Ms, longestWaitMs, leastGrants, mostGrants, turnedAway } = summary;
  const ms = (value: number): string => `${Number(value.toPrecision(2))} ms`;
  const waits = `wait p50 ${ms(waitP50Ms)}, p99 ${ms(waitP99Ms)}, longest ${ms(longestWaitMs)}`;
  const busy = turnedAway === 0 ? "" : `; ${turnedAway} times one was kept from the state for 2 s`;
  return `${waits}; grants of a process: least ${leastGrants}, most ${mostGrants}${busy}`;
}
