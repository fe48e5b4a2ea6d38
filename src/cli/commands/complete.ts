import { commandWord } from "../../app/command-path.ts";
import { coordError } from "../../domain/errors.ts";
import { loadNative } from "../../platform/sys/load.ts";
import { command } from "../command.ts";
import { scriptOf } from "../completion/script-of.ts";
import { SHELLS } from "../completion/shells.ts";

/** Only prints the script, which calls `coord complete -- WORDS...`; that is answered before commands are looked for. */
export const complete = command({
  onlyReads: true,
  args: { shell: { type: "positional", required: true, description: SHELLS.join(", ") } },
  notes: [
    'bash: eval "$(coord complete bash)" as a line of ~/.bashrc.',
    'zsh: eval "$(coord complete zsh)" as a line of ~/.zshrc, below compinit.',
    "fish: coord complete fish > ~/.config/fish/completions/coord.fish, once.",
  ],
  examples: [
    ['eval "$(coord complete bash)"', "in this bash, until it ends"],
    ['eval "$(coord complete zsh)"', "in this zsh, until it ends"],
    ["coord complete fish | source", "in this fish, until it ends"],
  ],
  run: async (args) => {
    const shell = SHELLS.find((known) => known === args.shell);
    if (shell === undefined) {
      throw coordError("USAGE", `coord complete does not know "${args.shell}": one of ${SHELLS.join(", ")}`, {
        hint: "coord complete --help",
      });
    }
    const program = commandWord({ ...(await loadNative()), env: process.env });
    const script = scriptOf(shell, program);
    return { json: { shell, script }, text: () => script };
  },
});
