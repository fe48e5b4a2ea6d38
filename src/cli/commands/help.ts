import { command } from "../command.ts";

export const help = command({
  onlyReads: true,
  args: { command: { type: "positional", required: false, description: "the command, in one word or two" } },
  repeats: true,
  notes: ["The same as COMMAND --help."],
  examples: [
    ["coord help", "all commands, each on a line"],
    ["coord help lock acquire", "the flags of one, and examples"],
  ],
  run: async (args, { helpOf }) => {
    const text = await helpOf(args._);
    return { json: { help: text }, text: () => text };
  },
});
