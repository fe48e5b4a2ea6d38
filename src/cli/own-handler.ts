import type { Node } from "jsonc-parser";
import { HOOK_VERBS, isHookVerb } from "../domain/hook-verb.ts";
import { childOf, stringOf } from "./json-tree.ts";
import { SHARED_PREFIX } from "./wiring.ts";

const HOOKS = `(${HOOK_VERBS.join("|")})`;
const BINARY = /^coord(?:-[a-z0-9-]+)?(?:\.exe)?$/;
/** `coord hook check` by any path, quoted or not, and nothing else in the command. */
const PLAIN = new RegExp(String.raw`^(?:"([^"]+)"|'([^']+)'|(\S+)) hook ${HOOKS}$`);
const SHARED = new RegExp(`exec coord hook ${HOOKS}$`);

/**
 * The hook that a handler in Claude Code's settings calls when install wrote it, in this version or an earlier one;
 * undefined for everybody else's. Exec form: a binary called coord with the arguments `hook <name>`. Shell form: the
 * command of project scope, or a plain `coord hook <name>`. A command that does anything besides belongs to its author.
 */
export function ownHook(handler: Node): string | undefined {
  const command = stringOf(childOf(handler, "command"));
  if (command === undefined || stringOf(childOf(handler, "type")) !== "command") return undefined;
  const args = childOf(handler, "args");
  if (args !== undefined) {
    const [first, hook, ...more] = (args.children ?? []).map(stringOf);
    return first === "hook" && isHookVerb(hook) && more.length === 0 && isCoordBinary(command) ? hook : undefined;
  }
  if (command.startsWith(SHARED_PREFIX)) return SHARED.exec(command)?.[1];
  const [, double, single, bare, hook] = PLAIN.exec(command.trim()) ?? [];
  const binary = double ?? single ?? bare;
  return binary !== undefined && isCoordBinary(binary) ? hook : undefined;
}

/** True for a path that ends in `coord`, or in a release's name such as `coord-linux-x64`. */
export function isCoordBinary(path: string): boolean {
  return BINARY.test(path.split(/[/\\]/).at(-1) ?? "");
}
