/** The words of a tool's command line: options as `--name=value` or `--name value`, and the rest in order. */
export interface SplitWords {
  readonly options: ReadonlyMap<string, string>;
  readonly others: readonly string[];
  /** The first word that looks like an option and is none, or that lacks its value. */
  readonly unknown: string | undefined;
}

/** Pure. As with the bash edition the last of several equal options counts; `--` ends them. */
export function splitWords(words: readonly string[], known: readonly string[]): SplitWords {
  const options = new Map<string, string>();
  const others: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") {
      others.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("--")) {
      others.push(word);
      continue;
    }
    const end = word.indexOf("=");
    const name = word.slice(2, end < 0 ? undefined : end);
    const value = end < 0 ? words[at + 1] : word.slice(end + 1);
    if (!known.includes(name) || value === undefined) return { options, others, unknown: word };
    if (end < 0) at += 1;
    options.set(name, value);
  }
  return { options, others, unknown: undefined };
}
