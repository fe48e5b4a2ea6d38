import { escapeForTerminal } from "../../domain/visible.ts";
import { command } from "../command.ts";
import { keptLines } from "../dropin/kept-lines.ts";
import { initialise } from "../initialise.ts";
import { sharedFolderWarnings } from "../shared-folder.ts";

export const init = command({
  args: {},
  notes: [
    "Hooks act only in projects that have this folder. It is yours alone, and git ignores all but decisions/.",
    "For scripts of the bash edition it has bin/coord-status, coord-lock, coord-decisions and lib/coordination.sh.",
  ],
  examples: [
    ["coord init", "opt this project in"],
    ["coord init", "again after the binary has moved: repairs what points to it"],
    ["coord init --json", "and tell a script where the state is"],
  ],
  run: async (_, { openHere }) => {
    const app = await openHere();
    const { created, kept } = await initialise(app);
    const { stateDir } = app.workspace;
    return {
      warnings: sharedFolderWarnings(app, created),
      json: { state_dir: stateDir, created, kept },
      text: () =>
        [`${created ? "Made" : "Already there"}: ${escapeForTerminal(stateDir)}`, ...keptLines(kept)].join("\n"),
    };
  },
});
