/**
 * What differs from run to run and from machine to machine, by a stable name. Everything else must not differ. Pure.
 * `places` are literal texts, such as folders, in the order in which they are replaced.
 */
export function normalise(text: string, places: ReadonlyMap<string, string>): string {
  let stable = text;
  for (const [place, name] of places) stable = stable.replaceAll(place, name);
  for (const [pattern, name] of VOLATILE) stable = stable.replaceAll(pattern, name);
  return stable;
}

const VOLATILE: readonly (readonly [pattern: RegExp, name: string])[] = [
  // Fields of JSON, by their names. The zeros are the hash of a file that is not there, and say so.
  [/"lock_id":"[^"]*"/g, '"lock_id":"<lock-id>"'],
  [/"(pid|[a-z_]*_ms|offset)":-?\d+(?:\.\d+)?/g, '"$1":<number>'],
  [/"version":"[^"]*"/g, '"version":"<version>"'],
  // A shell: its user, process and start. An unknown process has the start "0".
  [/\bcli-[A-Za-z0-9._@-]+-\d+-\d+\b/g, "<shell>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>"],
  [/\b\d\d:\d\d(?::\d\dZ?)?\b/g, "<clock>"],
  [/\b(?!0{40}\b)[0-9a-f]{40}\b/g, "<sha1>"],
  [/\b[0-9a-f]{32}\b/g, "<key>"],
  [/\bDEC-\d{8}-\d{4,}-[0-9a-f]{6}\b/g, "<decision>"],
  [/\bDEC-\d{8}-(?=\d{4})/g, "DEC-<day>-"],
  [/^coord \d+\.\d+\.\d+[\w.+-]*/gm, "coord <version>"],
  [/\b(Age: )(?:\d+[dhms] ?)+/g, "$1<span>"],
];
