import { queryDecisions } from "../../app/decisions.ts";
import { command } from "../command.ts";
import { renderDecisions } from "../decision-view.ts";

export const query = command({
  args: { id: { type: "positional", required: true, description: "a decision, with or without the last six digits" } },
  notes: ["Where an ID without them means several, all are shown, newest first."],
  examples: [
    [
      'coord decisions query "$(coord decisions list --limit 1 | grep -o "DEC-[0-9a-f-]*" | head -1)"',
      "the newest one in full",
    ],
  ],
  onlyReads: true,
  run: async (args, { openHere }) => {
    const app = await openHere();
    const decisions = await queryDecisions(app, args.id);
    return { json: { decisions }, text: () => renderDecisions(decisions) };
  },
});
