import { EXIT_CODES } from "../../domain/errors.ts";
import type { Say } from "./say.ts";

/** Says what was wrong with a command line and how it is meant; answers the exit code. */
export function misused(say: Say, problem: string, usage: string): number {
  say.err(problem);
  say.err(usage);
  return EXIT_CODES.USAGE;
}
