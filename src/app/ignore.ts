import { any } from "../domain/list.ts";

/** True when a path, relative to its worktree, matches one of the globs. */
export function isIgnored(path: string, globs: readonly string[]): boolean {
  return any(globs, (glob) => matches(path, glob));
}

function matches(path: string, glob: string): boolean {
  // As in a .gitignore, a pattern without a slash is one for names in any folder.
  if (!glob.includes("/")) return new Bun.Glob(glob).match(path.slice(path.lastIndexOf("/") + 1));
  const folder = glob.endsWith("/**") ? glob.slice(0, -3) : undefined;
  // The usual form needs no glob engine, and no regular expression either: both cost more than the rest of the check.
  if (folder !== undefined && isPlain(folder)) return path.startsWith(`${folder}/`);
  return new Bun.Glob(glob).match(path);
}

const SPECIAL = ["*", "?", "[", "]", "{", "}", "!", "\\"] as const;

function isPlain(folder: string): boolean {
  return !any(SPECIAL, (char) => folder.includes(char));
}
