/** What README.md shows that can be typed. Pure. */
import { blocksIn, type Block } from "./blocks.ts";

export interface Shown {
  readonly blocks: readonly Block[];
  /** Every `coord …` in backticks, and what the table of commands abbreviates, in full. */
  readonly commands: readonly string[];
  /** Every `npm …` in backticks or in a block. */
  readonly npm: readonly string[];
}

export function shownIn(markdown: string): Shown {
  const blocks = blocksIn(markdown);
  const text = markdown.replaceAll(/^```.*?^```$/gms, "");
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  const direct = spans.filter((span) => /^coord(?: |$)/.test(span));
  // A text of coord's that is quoted may hold a command to type.
  const printed = spans.flatMap((span) => /To wait: (coord .+?)\.(?: |$)/.exec(span)?.[1] ?? []);
  const lines = blocks.flatMap(({ script }) => script.split("\n"));
  const npm = [...spans, ...lines].flatMap((line) => /^npm .*?(?=\s+#|$)/.exec(line)?.[0] ?? []);
  return {
    blocks,
    commands: [...new Set([...direct, ...printed, ...abbreviated(text)])].filter((command) => command !== "coord"),
    npm: [...new Set(npm)],
  };
}

/** In the table of commands, `coord lock acquire PATH`, `release` stands for `coord lock release` as well. */
function abbreviated(text: string): readonly string[] {
  const table = /^\| command .*\n\|[ -|]+\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? "";
  return table.split("\n").flatMap((row) => {
    const [, cell = ""] = row.split("|");
    const [first = "", ...more] = [...cell.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
    const noun = first.split(" ").slice(0, 2).join(" ");
    return more.filter((span) => !span.startsWith("coord ")).map((span) => `${noun} ${span}`);
  });
}

/** A text with `…`, times and IDs in it as a pattern for what it stands for. */
export function patternOf(shown: string): RegExp {
  const literal = shown
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\d\d:\d\d/g, String.raw`\d\d:\d\d`)
    .replaceAll(/claude-(?:[0-9a-f]{12}|…)/g, "claude-[0-9a-f]{12}")
    .replaceAll("…", ".*");
  return new RegExp(`^${literal}$`, "s");
}
