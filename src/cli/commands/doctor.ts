import { breakGuardOf } from "../../app/break-guard.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import type { Answer } from "../answer.ts";
import { command } from "../command.ts";
import { runDoctor } from "../doctor/run.ts";
import { openHere } from "../open.ts";

export const doctor = command({
  args: {
    "break-guard": {
      type: "string",
      valueHint: "NAME",
      description: "take the guard from this holder: the exact name that the error told",
    },
  },
  notes: [
    "Exit code 1 when something is wrong (error), 0 when all is well or only worth knowing (warning).",
    "The guard is never taken from a process that may still run, because two at once would lose data. Only a person can",
    "know that a holder on another machine or in another container is gone: look first, then break.",
  ],
  examples: [["coord doctor", "prove that the wired hooks really block, and look at everything else"]],
  run: async (args) => {
    const name = args["break-guard"];
    return name === undefined ? runDoctor() : breakNamed(name);
  },
});

async function breakNamed(name: string): Promise<Answer> {
  const left = breakGuardOf(await openHere(), name);
  return {
    warnings: left === undefined ? [] : [left],
    json: { broken: name },
    text: () => `Broken: ${escapeForTerminal(name)}\nTo see how things stand: coord status`,
  };
}
