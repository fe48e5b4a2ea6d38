import type { Ground } from "../install-plan.ts";
import type { Scope } from "../wiring.ts";
import { ownHandlers } from "./settings.ts";

export interface WiredProgram {
  readonly scope: Scope;
  /** undefined: nothing on PATH has the name that is wired. */
  readonly path: string | undefined;
}

/** The programs that the wired hooks start, each once. */
export function wiredPrograms(ground: Ground): readonly WiredProgram[] {
  const found = ownHandlers(ground).map(({ scope, command, args }) => ({ scope, path: programOf(command, args) }));
  return [...new Map(found.map((program) => [program.path, program])).values()];
}

/** Of a shell command, the word before `hook`. A name without a slash is looked up on PATH. */
export function programOf(command: string, args: readonly string[] | undefined): string | undefined {
  const shell = /(?:"([^"]+)"|'([^']+)'|([^\s"']+)) hook [a-z]+$/.exec(command);
  const name = args === undefined ? (shell?.[1] ?? shell?.[2] ?? shell?.[3] ?? command) : command;
  return name.includes("/") ? name : (Bun.which(name) ?? undefined);
}
