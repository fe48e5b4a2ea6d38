/** The value of `--as` on a command line that need not be right in all else. */
export function givenAs(argv: readonly string[]): string | undefined {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  const at = words.findIndex(isAs);
  const word = words[at];
  return word === "--as" ? words[at + 1] : word?.slice("--as=".length);
}

/** True for the flag in both forms: `--as ID`, `--as=ID`. */
export function isAs(word: string): boolean {
  return word === "--as" || word.startsWith("--as=");
}
