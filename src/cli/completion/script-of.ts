import bash from "./coord.bash" with { type: "text" };
import fish from "./coord.fish" with { type: "text" };
import zsh from "./coord.zsh" with { type: "text" };
import type { Shell } from "./shells.ts";

/**
 * What makes a shell complete command lines of coord. The library's own scripts are not used: the one for bash runs
 * what stands in a candidate, such as `$(…)` in the name of a locked file, and needs the package bash-completion.
 * `program` is a word for a shell.
 */
export function scriptOf(shell: Shell, program: string): string {
  const script = { bash, fish, zsh }[shell];
  return script.trimEnd().replaceAll("COORD_PROGRAM", () => program);
}
