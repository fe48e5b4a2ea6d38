/**
 * Files that check themselves: whoever may write one adds a line of his own to what he has read. A line that is gone
 * was overwritten by somebody who had not read it.
 */
import type { Project } from "../../hooks/project.ts";

export const COUNTERS = ["src/one.txt", "src/two.txt", "src/three.txt", "src/four.txt"] as const;
/** The last line: an Edit puts the new one before it. */
export const END = "END\n";

export function withLine(content: string, line: string): string {
  return `${content.slice(0, -END.length)}${line}\n${END}`;
}

/** The lines that were written and are gone, or there twice, and lines of nobody's. */
export function counterFaults(project: Project, written: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return COUNTERS.flatMap((file) => {
    const lines = project.content(file).slice(0, -END.length).split("\n").slice(0, -1);
    const mine = written.get(file) ?? [];
    const times = Map.groupBy(lines, (line) => line);
    const known = new Set(mine);
    return [
      ...mine.filter((line) => !times.has(line)).map((line) => `${file}: "${line}" is gone`),
      ...lines.filter((line) => !known.has(line)).map((line) => `${file}: nobody has written "${line}"`),
      ...[...times].filter(([, all]) => all.length > 1).map(([line]) => `${file}: "${line}" is there twice`),
    ];
  });
}
