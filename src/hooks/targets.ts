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
}

/** What a tool call is going to write; undefined for a tool that does not write, or whose input names no path. */
export function writeTarget(tool: string | undefined, input: unknown, config: Config): WriteTarget | undefined {
  if (tool === undefined) return undefined;
  const field = PATH_FIELD.get(tool);
  if (field === undefined) return mcpTarget(config.writeTools.get(tool), input);
  const parsed = checked(isToolInput, input);
  const path = parsed.ok ? parsed.value[field] : undefined;
  return parsed.ok && path !== undefined ? { path, oldStrings: replaced(tool, parsed.value) } : undefined;
}

export function isBuiltInWriter(tool: string | undefined): boolean {
  return tool !== undefined && PATH_FIELD.has(tool);
}

function replaced(tool: string, input: ToolInput): readonly string[] | undefined {
  if (tool === "Edit") return [input.old_string ?? ""];
  if (tool === "MultiEdit") return (input.edits ?? []).map((edit) => edit.old_string ?? "");
  return undefined;
}

function mcpTarget(argument: string | undefined, input: unknown): WriteTarget | undefined {
  if (argument === undefined || typeof input !== "object" || input === null) return undefined;
  const path: unknown = Object.getOwnPropertyDescriptor(input, argument)?.value;
  return typeof path === "string" ? { path, oldStrings: undefined } : undefined;
}

/** The path of a Read. */
export function readTarget(input: unknown): string | undefined {
  const parsed = checked(isToolInput, input);
  return parsed.ok ? parsed.value.file_path : undefined;
}
