import type { App } from "../../app/context.ts";
import { coordError } from "../../domain/errors.ts";
import { command } from "../command.ts";
import { instanceShown } from "../instance-json.ts";
import { styleOfStdout } from "../output.ts";
import { statusAnswer } from "../status-answer.ts";

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
    return statusAnswer(await openHere(), args.verbose === true, instanceShown);
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
