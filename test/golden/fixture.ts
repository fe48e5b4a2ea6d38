import { laySandbox, prepare, type Sandbox } from "./sandbox.ts";

/**
 * Where the golden lines are typed: two instances, one of them with hostile texts; a lock that is held, one that has
 * ended, one in a linked worktree, one on a hostile name.
 */
const LAID = [
  'coord instance register --as ann --role backend-engineer --task "Split the parser"',
  String.raw`coord instance register --as ben --role $'\e[31mred\e[0m' --task $'two\nlines \u202ebackwards'`,
  'coord lock acquire src/held.ts --as ann --intent "Rename the tokens"',
  "cd ../linked && coord lock acquire src/a.ts --as ben",
  String.raw`coord lock acquire $'src/\e]0;title\a \u6f22.ts' --as ben`,
  "coord lock acquire src/expired.ts --as ben --ttl 1ms",
] as const;

export function layFixture(): Sandbox {
  const sandbox = laySandbox();
  prepare(sandbox, LAID);
  return sandbox;
}
