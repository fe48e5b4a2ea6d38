/** One line of a comparison: in both, only in the old text, or only in the new one. */
export interface DiffLine {
  readonly kind: "same" | "old" | "new";
  readonly text: string;
}

/** The lines of both texts in one list, as `diff` would show them: a longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** The changed lines with `context` lines around them, `...` where lines were left out; empty when nothing changed. */
export function changedLines(before: string, after: string, context = 2): readonly string[] {
  const lines = diffLines(before, after);
  const near = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.kind === "same") continue;
    for (let i = index - context; i <= index + context; i++) near.add(i);
  }
  const shown: string[] = [];
  let skipped = false;
  for (const [index, line] of lines.entries()) {
    if (!near.has(index)) {
      skipped = true;
      continue;
    }
    if (skipped && shown.length > 0) shown.push("  ...");
    skipped = false;
    shown.push(`${line.kind === "same" ? " " : line.kind === "old" ? "-" : "+"} ${line.text}`);
  }
  return shown;
}

function middle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  // common[i][j]: how many lines a[i..] and b[j..] share in order.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i];
    if (row === undefined) continue;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      lines.push(same(left));
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "old", text: left });
      i++;
    } else {
      lines.push({ kind: "new", text: right ?? "" });
      j++;
    }
  }
  return lines;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function same(text: string): DiffLine {
  return { kind: "same", text };
}
