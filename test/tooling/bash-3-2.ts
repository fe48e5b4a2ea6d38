/** Finds what bash 3.2, the newest that macOS brings, cannot parse or does not know. It is not to be had everywhere; rules are. */

interface Rule {
  /** What it is and since when. */
  readonly name: string;
  readonly pattern: RegExp;
  /** It counts inside of single quotes too. */
  readonly inQuotes?: boolean;
}

const RULES: readonly Rule[] = [
  {
    name: "declare -A, -g, -l, -n, -u, -I (4.0 to 5.1)",
    pattern: /\b(?:declare|typeset|local|readonly)\s+(?:-\w+\s+)*-\w*[AIglnu]/,
  },
  { name: "local - (4.4)", pattern: /\blocal\s+-(?:\s|;|$)/ },
  { name: "mapfile, readarray (4.0)", pattern: /\b(?:mapfile|readarray)\b/ },
  { name: "${x^^}, ${x,,} (4.0)", pattern: /\$\{!?(?:\w+|[@*])(?:\[[^\]]*\])?[\^,]/ },
  { name: "${x@Q} (4.4)", pattern: /\$\{!?(?:\w+|[@*])(?:\[[^\]]*\])?@[A-Za-z]\}/ },
  { name: "|& (4.0)", pattern: /\|&/ },
  { name: "&>> (4.0)", pattern: /&>>/ },
  { name: ";& and ;;& (4.0)", pattern: /;&/ },
  { name: "coproc (4.0)", pattern: /\bcoproc\b/ },
  { name: "printf '%(...)T' (4.2)", pattern: /%-?\d*\([^)]*\)T/, inQuotes: true },
  { name: "$'\\u....' (4.2)", pattern: /\$'[^']*\\[uU]/, inQuotes: true },
  { name: "negative index (4.2)", pattern: /\w\[\s*-\s*\w+\s*\](?:\}|=)/ },
  { name: "negative length (4.2)", pattern: /\$\{\w+(?:\[[^\]]*\])?:(?![-=?+])[^}:]*:\s*-/ },
  { name: "test -v, -R (4.2)", pattern: /(?:\[\[?|\btest|&&|\|\|)\s+(?:!\s+)?-[vR]\s/ },
  { name: "wait -n, -p, -f (4.3)", pattern: /\bwait\s+-\w*[fnp]/ },
  {
    name: "a variable of later versions",
    pattern:
      /\$\{?(?:EPOCHSECONDS|EPOCHREALTIME|BASHPID|SRANDOM|BASH_ARGV0|BASH_XTRACEFD|BASH_COMPAT|FUNCNEST|READLINE_\w+|COPROC)\b/,
  },
  { name: "{name}> (4.1)", pattern: /\{[A-Za-z_]\w*\}[<>]/ },
  { name: "{1..9..2}, {01..10} (4.0)", pattern: /\{-?\w+\.\.-?\w+\.\.-?\d+\}|\{0\d+\.\.\d+\}/ },
  {
    name: "an option of shopt of later versions",
    pattern:
      /\bshopt\b[^;&|\n]*\b(?:globstar|lastpipe|dirspell|autocd|checkjobs|inherit_errexit|localvar_\w+|assoc_expand_once|globasciiranges|compat\d\d)\b/,
  },
  { name: "read -N, -i, or a fraction of a second (4.0)", pattern: /\bread\s[^;&|\n]*?-\w*(?:[Ni]|t\s*\d*\.\d)/ },
  { name: "unset -n, export -n of a nameref (4.3)", pattern: /\bunset\s+-n/ },
  { name: "case inside $( ) without ( before the pattern (parser of 3.2)", pattern: /\$\(\s*case\b/ },
  {
    name: '"${a[@]}" of an empty array under set -u (fails before 4.4): ${a[@]+"${a[@]}"}',
    pattern: /(?<!\+")\$\{\w+\[[@*]\]\}/,
  },
];

/** Each line that holds something of a later bash, as "LINE: RULE". */
export function laterThanBash32(script: string): readonly string[] {
  const shown = withoutComments(script);
  const bare = shown.map((line) => line.replaceAll(/(?<![$\\])'[^']*'/g, "''"));
  return RULES.flatMap(({ name, pattern, inQuotes }) =>
    (inQuotes === true ? shown : bare).flatMap((line, at) => (pattern.test(line) ? [`${at + 1}: ${name}`] : [])),
  );
}

/** A `#` that begins a word outside of quotes begins a comment. Quotes that go over lines are not known here. */
function withoutComments(script: string): readonly string[] {
  return script.split("\n").map((line) => {
    let quote = "";
    for (let at = 0; at < line.length; at += 1) {
      const char = line.charAt(at);
      if (char === "\\" && quote !== "'") at += 1;
      else if (quote !== "") quote = char === quote ? "" : quote;
      else if (char === '"' || char === "'") quote = char;
      else if (char === "#" && (at === 0 || /[\s;&|(]/.test(line.charAt(at - 1)))) return line.slice(0, at);
    }
    return line;
  });
}
