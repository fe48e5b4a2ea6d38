import { requireState } from "../../app/context.ts";
import { statusReport } from "../../app/status.ts";
import { registryContent } from "../../app/work-registry.ts";
import { workspaces } from "../open.ts";
import { styleOfStdout } from "../output.ts";
import { statusAnswer } from "../status-answer.ts";
import { misused } from "./misused.ts";
import { prettyJson, show, type Say } from "./say.ts";

export const STATUS_USAGE = `Usage: coord-status [--json|--verbose]

Options:
  --json          Output in JSON format
  --verbose, -v   Show detailed information
  --help, -h      Show this help message`;

/** `coord-status`: answers the exit code. `--json` prints the register in the format that the bash edition printed. */
export async function coordStatus(words: readonly string[], say: Say): Promise<number> {
  const wrong = words.find((word) => !["--json", "--verbose", "-v"].includes(word));
  if (wrong !== undefined) return misused(say, `Unknown option: ${show(wrong)}`, STATUS_USAGE);
  const opened = workspaces(true);
  const app = await opened.openHere();
  if (words.includes("--json")) {
    requireState(app);
    const { instances } = await statusReport(app);
    for (const warning of opened.warnings()) say.err(`Warning: ${show(warning)}`);
    say.out(prettyJson(registryContent(app, instances)));
    return 0;
  }
  const answer = await statusAnswer(app, words.length > 0);
  for (const warning of [...opened.warnings(), ...(answer.warnings ?? [])]) say.err(`Warning: ${show(warning)}`);
  say.out(answer.text(await styleOfStdout()));
  return 0;
}
