import { breakGuardOf } from "../../app/break-guard.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { command } from "../command.ts";

export const doctor = command({
  args: {
    "break-guard": {
      type: "string",
      required: true,
      valueHint: "NAME",
      description: "take the guard from this holder: the exact name that the error told",
    },
  },
  notes: [
    "The guard is never taken from a process that may still run, because two at once would lose data. Only a person can",
    "know that a holder on another machine or in another container is gone: look first, then break.",
  ],
  run: async (args, { openHere }) => {
    const name = args["break-guard"];
    const left = breakGuardOf(await openHere(), name);
    return {
      warnings: left === undefined ? [] : [left],
      json: { broken: name },
      text: () => `Broken: ${escapeForTerminal(name)}\nTo see how things stand: coord status`,
    };
  },
});
