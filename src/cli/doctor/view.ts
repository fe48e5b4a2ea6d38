import { escapeForTerminal } from "../../domain/visible.ts";
import type { Style } from "../answer.ts";
import { paint } from "../paint.ts";
import { counted } from "../show-text.ts";
import type { Finding } from "./finding.ts";

const LOOKS = {
  ok: { word: "ok", color: "green" },
  warning: { word: "warning", color: "yellow" },
  error: { word: "error", color: "red" },
} as const;
const COLUMN = 9;

export interface Tally {
  readonly ok: number;
  readonly warnings: number;
  readonly errors: number;
}

export function tallyOf(findings: readonly Finding[]): Tally {
  const count = (level: Finding["level"]): number => findings.filter((finding) => finding.level === level).length;
  return { ok: count("ok"), warnings: count("warning"), errors: count("error") };
}

/** One line per finding, with what to type beneath, and a summary. */
export function renderFindings(findings: readonly Finding[], fixed: readonly string[], style: Style): string {
  return [
    ...fixed.map((line) => `${paint(style, "green", "fixed".padEnd(COLUMN))}${escapeForTerminal(line)}`),
    ...findings.flatMap(({ level, text, next }) => {
      const { word, color } = LOOKS[level];
      const line = `${paint(style, color, word.padEnd(COLUMN))}${escapeForTerminal(text)}`;
      return next === undefined ? [line] : [line, `  Next: ${escapeForTerminal(next)}`];
    }),
    summary(tallyOf(findings)),
  ].join("\n");
}

function summary({ ok, warnings, errors }: Tally): string {
  if (errors + warnings === 0) return `All ${ok} checks passed`;
  return `${counted(errors, "error")}, ${counted(warnings, "warning")}, ${ok} ok`;
}
