import type { Config } from "../domain/config.ts";
import { isToolInput } from "../schema/compiled.ts";
import type { ToolInput } from "../schema/hook-input.ts";
import { checked } from "../schema/json.ts";

/** The tools that write one file: CLAUDE_CODE.md section 3.1. */
const PATH_FIELD: ReadonlyMap<string, "file_path" | "notebook_path"> = new Map([
  ["Write", "file_path"],
  ["Edit", "file_path"],
  ["MultiEdit", "file_path"],
  ["NotebookEdit", "notebook_path"],
]);

export interface WriteTarget {
  readonly path: string;
  /** The pieces an Edit replaces; undefined: the whole file is written. */
  readonly oldStrings: readonly string[] | undefined;
  /** What is wrong with the rest of the input. Then it may be any part of the file. */
  readonly unclear?: string;
}

/** A tool that writes, and nobody knows which file. */
export interface NoTarget {
  readonly path: undefined;
  /** What is wrong with its input. */
  readonly unclear: string;
}

type Tool = string | null | undefined;

/** What a tool call is going to write; undefined for a tool that does not write. */
export function writeTarget(tool: Tool, input: unknown, config: Config): WriteTarget | NoTarget | undefined {
  if (tool === undefined || tool === null) return { path: undefined, unclear: "tool_name is missing" };
  const field = PATH_FIELD.get(tool);
  if (field === undefined) {
    const argument = config.writeTools.get(tool);
    return argument === undefined ? undefined : pathAlone(argument, input);
  }
  const parsed = checked(isToolInput, input);
  if (!parsed.ok) {
    // What stands beside the path says only which part of the file is meant.
    const target = pathAlone(field, input);
    const isPart = tool === "Edit" || tool === "MultiEdit";
    return target.path !== undefined && isPart ? { ...target, unclear: parsed.reason } : target;
  }
  const path = parsed.value[field] ?? "";
  return path === "" ? noPath(field) : { path, oldStrings: replaced(tool, parsed.value) };
}

export function isBuiltInWriter(tool: Tool): boolean {
  return tool !== undefined && tool !== null && PATH_FIELD.has(tool);
}

function replaced(tool: string, input: ToolInput): readonly string[] | undefined {
  if (tool === "Edit") return [input.old_string ?? ""];
  if (tool === "MultiEdit") return (input.edits ?? []).map((edit) => edit.old_string ?? "");
  return undefined;
}

function pathAlone(argument: string, input: unknown): WriteTarget | NoTarget {
  const isObject = typeof input === "object" && input !== null;
  const path: unknown = isObject ? Object.getOwnPropertyDescriptor(input, argument)?.value : undefined;
  return typeof path === "string" && path !== "" ? { path, oldStrings: undefined } : noPath(argument);
}

function noPath(argument: string): NoTarget {
  return { path: undefined, unclear: `${argument} names no file` };
}

/** The path of a Read. */
export function readTarget(input: unknown): string | undefined {
  const parsed = checked(isToolInput, input);
  return parsed.ok ? (parsed.value.file_path ?? undefined) : undefined;
}
