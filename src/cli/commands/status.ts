import { statusReport, type InstanceInfo } from "../../app/status.ts";
import { rebuildRegistry } from "../../app/work-registry.ts";
import { hasState, type App } from "../../app/context.ts";
import { refreshDecisions } from "../../app/decisions.ts";
import { coordError, isCoordError } from "../../domain/errors.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { styleOfStdout } from "../output.ts";
import { renderStatus } from "../status-view.ts";

export const status = command({
  args: {
    verbose: { type: "boolean", description: "add each lock's intent, age and expiry, and the newest decisions" },
    watch: { type: "boolean", description: "draw it on this terminal again and again, until q or Ctrl-C" },
  },
  notes: ["Status is active, idle (its process lives, its lease is over) or stale. Times are UTC."],
  examples: [
    ["coord status", "who is here, on what, with which locks"],
    ["coord status --verbose", "and each lock's intent, age and expiry"],
  ],
  onlyReads: true,
  run: async (args, { openHere }) => {
    if (args.watch === true) {
      const exitCode = await watch(openHere, args.verbose === true, args.json === true);
      return { json: null, text: () => "", exitCode };
    }
    const app = await openHere();
    // First, because it may find decisions to take over.
    if (hasState(app)) await refreshDecisions(app);
    const report = await statusReport(app);
    const warnings = notRebuilt(app, report.instances);
    const view = { ...report, instances: report.instances.map(instanceAnswer) };
    return { warnings, json: view, text: (style) => renderStatus(view, { ...style, verbose: args.verbose === true }) };
  },
});

/** Returns the exit code when the terminal is given back. Throws USAGE where there is nobody to draw for. */
async function watch(openHere: () => Promise<App>, verbose: boolean, json: boolean): Promise<number> {
  if (json) {
    throw coordError("USAGE", "coord status --watch draws on a terminal and prints no JSON", {
      hint: "coord status --json",
    });
  }
  const { isatty } = await import("node:tty");
  const term = process.env["TERM"] ?? "";
  if (!isatty(1) || term === "" || term === "dumb") {
    const found = isatty(1) ? `TERM "${term}" does not say how` : "stdout is none";
    throw coordError("USAGE", `coord status --watch draws on a terminal, and ${found}`, {
      hint: `coord status${verbose ? " --verbose" : ""}`,
    });
  }
  const { watchStatus } = await import("../watch-status.ts");
  return watchStatus(await openHere(), { verbose, style: await styleOfStdout() });
}

/** Looking must work where nothing can be written. */
function notRebuilt(app: App, infos: readonly InstanceInfo[]): readonly string[] {
  try {
    rebuildRegistry(app, infos);
    return [];
  } catch (error) {
    if (!isCoordError(error)) throw error;
    return [error.message];
  }
}
