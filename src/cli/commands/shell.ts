import { command } from "../command.ts";
import { functionsText } from "../dropin/functions-text.ts";
import { ownBinary } from "../ground.ts";

export const shell = command({
  onlyReads: true,
  args: {},
  notes: [
    "The functions of the bash edition, from coord_init to coord_get_work, for bash 3.2 and later. What they do and answer",
    "stands at the head of what is printed. The same lies in .claude/coordination/lib/coordination.sh after coord init.",
    "bash 3.2, as on macOS, cannot source <(coord shell): use eval.",
    "They call: coord shell NAME [--as ID] [--pid PID] -- ARGUMENT...",
  ],
  examples: [
    ['eval "$(coord shell)"', "defines them in this shell"],
    ["coord shell > coordination.sh", "keeps them in a file, to be sourced"],
  ],
  run: () => {
    const text = functionsText(ownBinary());
    return Promise.resolve({ json: { script: text }, text: () => text.trimEnd() });
  },
});
