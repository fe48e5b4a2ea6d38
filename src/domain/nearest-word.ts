/** The known word that a typo most likely meant: at most two edits away, and not longer than what was typed allows. */
export function nearestWord(written: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(written.length / 2));
  for (const word of known) {
    const distance = editDistance(written, word);
    if (distance < least) [best, least] = [word, distance];
  }
  return best;
}

/** Two neighbours in the wrong order count as one edit, like a letter too many, too few or wrong. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : other;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, other, swap));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
