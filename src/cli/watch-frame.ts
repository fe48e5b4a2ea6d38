import { cutLine, type CutLine } from "./cut-line.ts";

/** Of a terminal, in character cells; both at least 1. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A screen of its own, which leaves the shell's as it was. Not twice: the second would forget where the cursor was. */
export const OWN_SCREEN = "\u001b[?1049h";
/** No cursor, and lines that end at the edge instead of going on below it. */
export const QUIET_SCREEN = "\u001b[?25l\u001b[?7l";
/** Undoes all of them, and a synchronized update that was cut short; harmless when there is nothing to undo. */
export const LEAVE_SCREEN = "\u001b[?2026l\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

const BEGIN_UPDATE = "\u001b[?2026h";
const END_UPDATE = "\u001b[?2026l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/**
 * What a terminal of this size shows of a text: its lines, cut to the width, as many as fit, and below them one line
 * with what has to be there in any case. Pure.
 */
export function frameLines(text: string, bar: string, { columns, rows }: Size): readonly CutLine[] {
  const body = text.split("\n");
  const room = Math.max(0, rows - 1);
  const shown = body.length <= room ? body : body.slice(0, Math.max(0, room - 1));
  const hidden = body.length - shown.length;
  const more = hidden > 0 && room > 0 ? [`… ${hidden} more lines`] : [];
  return [...shown, ...more, bar].map((line) => cutLine(line, columns));
}

/**
 * The one write that puts a frame on the screen, over the last one. Nothing is cleared that is not drawn again at once,
 * and terminals that know mode 2026 show it whole; the others pass over it.
 */
export function frameText(lines: readonly CutLine[], { columns, rows }: Size): string {
  const drawn = lines.map(({ text, width }) =>
    // In the last column the cursor stays on the character that was just written: clearing from there would take it.
    width < columns ? `${text}${CLEAR_LINE}` : `${CLEAR_LINE}${text}`,
  );
  const rest = lines.length < rows ? `\r\n${CLEAR_BELOW}` : "";
  return `${BEGIN_UPDATE}${HOME}${drawn.join("\r\n")}${rest}${END_UPDATE}`;
}
