import type { Node } from "jsonc-parser";
import { isCoordError } from "../../domain/errors.ts";
import { HOOK_VERBS } from "../../domain/hook-verb.ts";
import type { Ground } from "../install-plan.ts";
import { childOf, elementsOf, keyOf, parseObject, stringOf } from "../json-tree.ts";
import { ownHook } from "../own-handler.ts";
import { settingsPlace } from "../scopes.ts";
import { loadUserFile } from "../settings-file.ts";
import { callOf } from "../wired-twice.ts";
import { SCOPES, type Scope } from "../wiring.ts";

/** A hook command as it stands in Claude Code's settings. */
export interface Handler {
  readonly scope: Scope;
  readonly file: string;
  readonly event: string;
  readonly matcher: string | undefined;
  readonly command: string;
  /** Present: exec form; absent: the command goes to a shell (CLAUDE_CODE.md section 2.2). */
  readonly args: readonly string[] | undefined;
  readonly isAsync: boolean;
  /** After which the client ends it; undefined where the settings do not say. */
  readonly timeoutMs: number | undefined;
  /** The hook of coord's that it calls. */
  readonly hook: string | undefined;
  /** Install wrote it, and so can correct it. */
  readonly isByInstall: boolean;
}

/** The settings of one scope; a file that is not there has neither root nor problem. */
export interface Settings {
  readonly scope: Scope;
  readonly path: string;
  readonly root: Node | undefined;
  /** Why it cannot be used. */
  readonly problem: string | undefined;
  readonly handlers: readonly Handler[];
}

/** Every settings file that applies here; one that serves two scopes (in the home folder) once. */
export function readSettings({ top, claudeFolder }: Ground): readonly Settings[] {
  const seen = new Set<string>();
  return SCOPES.flatMap((scope) => {
    const { path } = settingsPlace(scope, top, claudeFolder);
    if (seen.has(path)) return [];
    seen.add(path);
    return [readOne(scope, path)];
  });
}

/** A hook command that calls coord. */
export interface OwnHandler extends Handler {
  readonly hook: string;
}

/** What is wired, in every file that applies here. */
export function ownHandlers(ground: Ground): readonly OwnHandler[] {
  return readSettings(ground).flatMap(({ handlers }) =>
    handlers.flatMap(({ hook, ...handler }) => (hook === undefined ? [] : [{ ...handler, hook }])),
  );
}

/** Identical commands of several files run once: CLAUDE_CODE.md section 2.3. */
export function eachOnce<T extends Handler>(handlers: readonly T[]): readonly T[] {
  return [...new Map(handlers.map((handler) => [callOf(handler), handler])).values()];
}

function readOne(scope: Scope, path: string): Settings {
  const none = { scope, path, root: undefined, problem: undefined, handlers: [] };
  try {
    const text = (loadUserFile(path).text ?? "").replace(/^\uFEFF/, "");
    if (text.trim() === "") return none;
    const root = parseObject(text, path);
    return { ...none, root, handlers: handlersIn(root, scope, path) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ...none, problem: isCoordError(error) ? error.message : `"${path}" cannot be read: ${error.message}` };
  }
}

function handlersIn(root: Node, scope: Scope, file: string): readonly Handler[] {
  const hooks = childOf(root, "hooks");
  const events = hooks?.type === "object" ? (hooks.children ?? []) : [];
  return events.flatMap((property) =>
    elementsOf(property.children?.[1]).flatMap((group) =>
      elementsOf(childOf(group, "hooks")).flatMap((handler) => {
        const command = stringOf(childOf(handler, "command"));
        if (command === undefined) return [];
        const args = childOf(handler, "args");
        const isAsync: unknown = childOf(handler, "async")?.value;
        const timeout: unknown = childOf(handler, "timeout")?.value;
        const ours = ownHook(handler);
        return [
          {
            scope,
            file,
            event: keyOf(property) ?? "",
            matcher: stringOf(childOf(group, "matcher")),
            command,
            args: args === undefined ? undefined : elementsOf(args).flatMap((arg) => stringOf(arg) ?? []),
            isAsync: isAsync === true,
            timeoutMs: typeof timeout === "number" && timeout > 0 ? timeout * 1000 : undefined,
            hook: ours ?? wrappedHook(command, args),
            isByInstall: ours !== undefined,
          },
        ];
      }),
    ),
  );
}

const WRAPPED = new RegExp(String.raw`(?:^|[\s/"'])coord["']? hook (${HOOK_VERBS.join("|")})\b`);

/** A hook of ours behind something else: somebody's own wrapper, which install leaves alone, works all the same. */
function wrappedHook(command: string, args: Node | undefined): string | undefined {
  const words = [command, ...elementsOf(args).flatMap((arg) => stringOf(arg) ?? [])].join(" ");
  return WRAPPED.exec(words)?.[1];
}

/** True when a matcher picks this tool: CLAUDE_CODE.md section 1.4. */
export function matches(matcher: string | undefined, tool: string): boolean {
  if (matcher === undefined || matcher === "" || matcher === "*") return true;
  if (/^[A-Za-z0-9_\-,| ]*$/.test(matcher)) return matcher.split(/[|,]/).some((name) => name.trim() === tool);
  try {
    return new RegExp(matcher).test(tool);
  } catch {
    return false;
  }
}
