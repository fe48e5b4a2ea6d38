import { gitEnv } from "./git-env.ts";
import { stdoutOf } from "./run-child.ts";
import type { Scene } from "./scene.ts";

/** A large repository on a slow disk. Milliseconds. */
const DEADLINE_MS = 10_000;
/** SECURITY.md: a repository's own configuration starts nothing. */
const READ_ONLY = ["-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null"] as const;

/**
 * Nor does it fetch: what is missing in a partial clone would be asked for by a command that the repository names, at a
 * mere look at .gitignore. The second variable holds for versions of git that do not know the first.
 */
const OFFLINE = {
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
} as const;

/** What git answers in the folder `at`; undefined where it refuses, is not there or takes too long. */
export async function runGit({ signal }: Scene, at: string, words: readonly string[]): Promise<string | undefined> {
  const options = { cwd: at, env: { ...gitEnv(process.env), ...OFFLINE }, deadlineMs: DEADLINE_MS, signal };
  return stdoutOf(["git", ...READ_ONLY, ...words], options);
}
