import { escapeForJson, escapeForTerminal } from "../../domain/visible.ts";
import { workspaces, type Workspaces } from "../open.ts";
import type { Line } from "../output.ts";

/** What a tool or function says, in order, and what it opens. It is written when it has ended, in whatever way. */
export interface Say extends Pick<Workspaces, "openHere" | "openForPaths"> {
  readonly lines: readonly Line[];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What turned out in the workspaces is said as well. */
  readonly tellWarnings: () => void;
}

export function newSay(): Say {
  const lines: Line[] = [];
  const { openHere, openForPaths, warnings } = workspaces(false);
  const err = (text: string): void => void lines.push({ to: "err", text });
  return {
    lines,
    out: (text) => void lines.push({ to: "out", text }),
    err,
    openHere,
    openForPaths,
    tellWarnings: () => {
      for (const warning of warnings()) err(`Warning: ${show(warning)}`);
    },
  };
}

/** Foreign text, made safe to show. */
export const show = escapeForTerminal;

/** A JSON document over several lines, as jq printed it. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split("\n").map(escapeForJson).join("\n");
}
