const SEGMENTS = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** A colour of ours (paint.ts). */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const COLOR = /(\u001b\[[0-9;]*m)/;
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const PLAIN = "\u001b[0m";
const ELLIPSIS = "…";

export interface CutLine {
  readonly text: string;
  /** Columns that it takes on a terminal, at most. */
  readonly width: number;
}

/**
 * A line that takes at most `columns` columns of a terminal; what is cut off is told by `…`. Colours take no room and
 * do not outlive the line; every other control character is left out. Pure.
 */
export function cutLine(line: string, columns: number): CutLine {
  const parts = partsOf(line);
  const whole = parts.reduce((sum, { width }) => sum + width, 0);
  const room = whole <= columns ? columns : columns - ELLIPSIS.length;
  let text = "";
  let width = 0;
  let colored = false;
  for (const part of parts) {
    if (width + part.width > room) break;
    text += part.text;
    width += part.width;
    if (part.color) colored = part.text !== PLAIN;
  }
  const cut = whole > columns && columns >= ELLIPSIS.length;
  return {
    text: `${text}${cut ? ELLIPSIS : ""}${colored ? PLAIN : ""}`,
    width: width + (cut ? ELLIPSIS.length : 0),
  };
}

interface Part {
  readonly text: string;
  readonly width: number;
  readonly color: boolean;
}

function partsOf(line: string): readonly Part[] {
  // Split by a group, every second piece is what the group matched.
  return line.split(COLOR).flatMap((piece, index): readonly Part[] => {
    if (index % 2 === 1) return [{ text: piece, width: 0, color: true }];
    const plain = piece.replace(CONTROL, "");
    return Array.from(SEGMENTS.segment(plain), ({ segment }) => ({
      text: segment,
      width: widthOf(segment),
      color: false,
    }));
  });
}

/** Terminals do not agree on joined characters, such as an emoji and its skin: the widest reading is the safe one. */
function widthOf(segment: string): number {
  let apart = 0;
  for (const char of segment) apart += Bun.stringWidth(char);
  return Math.max(apart, Bun.stringWidth(segment));
}
