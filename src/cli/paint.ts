import type { Style } from "./answer.ts";

const CODES = { bold: 1, green: 32, yellow: 33, red: 31, dim: 2 } as const;

/** `text` in a colour, when there is somebody to see it. Escape foreign text first: this adds control characters. */
export function paint(style: Style, color: keyof typeof CODES, text: string): string {
  return style.color ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text;
}
