import { failed, type Errno, type Sys } from "../../platform/sys/types.ts";
import { readAll } from "../../platform/text-file.ts";
import { ioError, publish, writeScratch } from "./atomic-file.ts";
import type { Layout } from "./layout.ts";

/**
 * Only decisions are for the repository: DESIGN section 3. It ignores itself too: one that git tracks goes with a change
 * of branch, one that git sees goes with `git stash -u`, and then git takes the whole state, locks and all.
 */
const GITIGNORE = "*\n!decisions/\n!decisions/**\n";
/** What coord used to lay: git sees that one. */
const FORMER = "*\n!.gitignore\n!decisions/\n!decisions/**\n";

/** sound: as it should be, or the user's own. missing: git sees the state. former: git sees this file itself. */
export type GitignoreStanding = "sound" | "missing" | "former";

/** How the .gitignore stands: one look at its metadata, unless it may be a former one. */
export function gitignoreStanding(sys: Sys, { gitignore }: Layout): GitignoreStanding {
  const stat = sys.lstat(gitignore);
  if (failed(stat)) return stat === "ENOENT" ? "missing" : "sound";
  return stat.kind === "file" && stat.size === FORMER.length && isFormer(sys, gitignore) ? "former" : "sound";
}

/**
 * Publishes the .gitignore unless there is one that is not coord's own: whoever changed it had a reason. Whole or not at
 * all, because nobody would lay it anew over one that was cut off. Throws IO.
 */
export function layGitignore(sys: Sys, layout: Layout): void {
  const { gitignore, tmp } = layout;
  const standing = gitignoreStanding(sys, layout);
  if (standing === "sound") return;
  if (standing === "former") return publish({ sys, tmp }, gitignore, GITIGNORE);
  const from = writeScratch({ sys, tmp }, gitignore, GITIGNORE);
  const linked = sys.link(from, gitignore);
  // A disk without hard links.
  const placed = linked === "" || linked === "EEXIST" ? "" : sys.rename(from, gitignore);
  sys.unlink(from);
  if (placed !== "") throw ioError("publish", gitignore, placed);
}

function isFormer(sys: Sys, path: string): boolean {
  const fd = sys.open(path, "read");
  if (failed(fd)) return false;
  const bytes: Uint8Array | Errno = readAll(sys, fd, FORMER.length + 1);
  sys.close(fd);
  return typeof bytes !== "string" && new TextDecoder().decode(bytes) === FORMER;
}
