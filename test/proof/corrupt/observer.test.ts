/** Binaries that do what none may do beside a broken record: the checks of the grid must see each of them. */
import { expect, test } from "bun:test";
import { record } from "../evidence.ts";
import { sweep } from "./sweep.ts";

const CASE = { kind: "half of it", target: "heartbeats/ in force", line: "instance heartbeat --as agent-a" };
const SHOW = { ...CASE, line: "instance show agent-a" };
const LINK = { kind: "a link to the good one, outside", target: "files/ in force", line: "lock list" };

/** Shell after or before the real program, and what the checks say of it. */
const MUTANTS: readonly (readonly [what: string, script: string, says: string, test: typeof CASE])[] = [
  ["nothing else", 'exec "$COORD" "$@"', "", CASE],
  ["a stack trace", 'echo "TypeError: undefined is not an object" >&2; exec "$COORD" "$@"', "TypeError", CASE],
  ["an exit code of no table", '"$COORD" "$@"; exit 134', "exit code 134", CASE],
  [
    "a quarantine that deletes",
    '"$COORD" "$@"; code=$?; rm -rf "$STATE"/corrupt/*; exit $code',
    "not in corrupt/",
    CASE,
  ],
  [
    "a quarantine without reasons",
    '"$COORD" "$@"; code=$?; rm -f "$STATE"/corrupt/*.reason; exit $code',
    "no reason",
    CASE,
  ],
  ["a report that is kept back", 'exec "$COORD" "$@" 2>/dev/null', "was told 0 times", CASE],
  [
    "a write through a link",
    '[ -e "$OUTSIDE/moved" ] && echo x >>"$OUTSIDE/moved"; exec "$COORD" "$@"',
    "outside: ",
    LINK,
  ],
  ["all locks lost", 'rm -f "$STATE"/locks/*; exec "$COORD" "$@"', "b.ts is not barred", CASE],
  ["a wait without end", '[ "$2" = show ] && exec sleep 60; exec "$COORD" "$@"', "ended by SIGKILL", SHOW],
];

for (const [what, script, says, one] of MUTANTS) {
  test(
    says === "" ? "the real binary passes through the same wrapper" : `a binary with ${what} is noticed`,
    async () => {
      const { problems, load } = await sweep([one], 1, `#!/bin/sh\n${script}\n`);
      expect([load["cases"], problems]).toEqual([1, problems]);
      const seen = problems.filter((problem) => problem.includes(says));
      if (says === "") expect(problems).toEqual([]);
      else {
        expect({ problems, seen: seen.length > 0 }).toEqual({ problems, seen: true });
        record({ mutant: `corrupt: a binary with ${what}`, by: seen[0]?.split("\n").at(-1)?.trim() ?? "" });
      }
    },
    300_000,
  );
}
