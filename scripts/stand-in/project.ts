/** A git project in a scratch folder of its own, with a home folder beside it: nothing of the user's is touched. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Project {
  /** The scratch folder around it all. */
  readonly scratch: string;
  readonly top: string;
  /** For coord's processes: an own home, and nothing of the caller's that coord or Bun would obey. */
  readonly env: Readonly<Record<string, string>>;
}

/** `parent` decides on which file system it lies. */
export function layProject(parent: string, name: string, files: Readonly<Record<string, string>> = {}): Project {
  const scratch = realpathSync(mkdtempSync(join(parent, "coord-")));
  const top = join(scratch, name);
  const home = join(scratch, "home");
  mkdirSync(home);
  layRepository(top);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return { scratch, top, env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home } };
}

/** What git calls a repository (gitrepository-layout(5)), written by hand: a machine need not have git for this. */
function layRepository(top: string): void {
  for (const folder of ["objects", "refs"]) mkdirSync(join(top, ".git", folder), { recursive: true });
  writeFileSync(join(top, ".git", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(top, ".git", "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n");
}

export function removeProject({ scratch }: Project): void {
  rmSync(scratch, { recursive: true, force: true });
}
