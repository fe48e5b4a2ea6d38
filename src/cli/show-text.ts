import { escapeForTerminal } from "../domain/visible.ts";

/** Foreign text in double quotes, for a sentence on a terminal. A model's are `quoted` (domain/quote.ts), and shorter. */
export function inQuotes(text: string): string {
  return `"${escapeForTerminal(text)}"`;
}

/** A span of time in its two largest units: `45s`, `4m 12s`, `2h 5m`, `3d 1h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: readonly (readonly [amount: number, unit: string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return "0s";
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount}${unit}`).join(" ");
}

/** `1 lock`, `2 locks`. */
export function counted(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
