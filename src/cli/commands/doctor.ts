import { breakGuardOf } from "../../app/break-guard.ts";
import type { App } from "../../app/context.ts";
import { coordError } from "../../domain/errors.ts";
import { shellWord } from "../../domain/quote.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import type { Answer } from "../answer.ts";
import { command } from "../command.ts";
import { runDoctor } from "../doctor/run.ts";

export const doctor = command({
  args: {
    fix: { type: "boolean", description: "first put right what is safe: init, cleanup, permissions, schemas" },
    "break-guard": {
      type: "string",
      valueHint: "NAME",
      description: "take the guard from this holder: the exact name that the error told",
    },
  },
  notes: [
    "Exit code 1 when something is wrong (error), 0 when all is well or only worth knowing (warning).",
    "--fix touches nothing of yours: not Claude Code's settings (coord install does), no guard, no file but coord's own.",
    "The guard is never taken from a process that may still run, because two at once would lose data. Only a person can",
    "know that a holder on another machine or in another container is gone: look first, then break.",
  ],
  examples: [
    ["coord doctor", "prove that the wired hooks really block, and look at everything else"],
    ["coord doctor --fix", "put right what is safe, then look"],
  ],
  run: async (args, { openHere }) => {
    const name = args["break-guard"];
    if (name === undefined) return runDoctor({ fix: args.fix === true });
    if (args.fix === true)
      throw coordError("USAGE", "--fix never breaks a guard", {
        hint: `coord doctor --break-guard ${shellWord(name) ?? "NAME"}`,
      });
    return breakNamed(await openHere(), name);
  },
});

function breakNamed(app: App, name: string): Answer {
  const left = breakGuardOf(app, name);
  return {
    warnings: left === undefined ? [] : [left],
    json: { broken: name },
    text: () => `Broken: ${escapeForTerminal(name)}\nTo see how things stand: coord status`,
  };
}
