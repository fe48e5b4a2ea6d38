import { escapeForJson, escapeForTerminal } from "../../domain/visible.ts";
import type { Line } from "../output.ts";

/** What a tool or function says, in order. It is written when it has ended, in whatever way. */
export interface Say {
  readonly lines: readonly Line[];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export function newSay(): Say {
  const lines: Line[] = [];
  return {
    lines,
    out: (text) => void lines.push({ to: "out", text }),
    err: (text) => void lines.push({ to: "err", text }),
  };
}

/** Foreign text, made safe to show. */
export const show = escapeForTerminal;

/** A JSON document over several lines, as jq printed it. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split("\n").map(escapeForJson).join("\n");
}
