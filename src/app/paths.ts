import { coordError } from "../domain/errors.ts";
import { pathWord } from "../domain/quote.ts";
import { firstCharacters } from "../domain/text.ts";
import type { PathId } from "../domain/path.ts";
import { parentOf } from "../platform/git-layout.ts";
import type { App } from "./context.ts";
import { absolutePath, isState, locateWorkspace, MAX_NAME, MAX_PATH, outsidePathId, pathId } from "./workspace.ts";

/**
 * The identity of a path that a person typed. Throws USAGE for what cannot be a file's path, and for what is no file,
 * unless it once was locked or written: a lock is given back by its name also where a folder has taken the file's place.
 */
export function typedPath(app: App, path: string): PathId {
  const id = identified(app, path);
  const { lock, ledger } = app.store.path(id.key);
  if (lock === undefined && ledger === undefined) refuseOthers(app, path, id);
  return id;
}

/** The same of a path that is to be locked: it must be a file, or nothing yet. */
export function lockablePath(app: App, path: string): PathId {
  const id = identified(app, path);
  refuseOthers(app, path, id);
  return id;
}

/** Whatever is there. */
function identified(app: App, path: string): PathId {
  const problem = problemOf(path);
  if (problem !== undefined)
    throw coordError("USAGE", `"${shortened(path)}" cannot be locked: ${problem}`, { hint: "name one file" });
  const real = absolutePath(app.sys, app.cwd, path);
  if (real === undefined) {
    throw coordError(
      "USAGE",
      `"${shortened(path)}" cannot be resolved: its links form a loop, or a part of it cannot be entered`,
      { hint: `check it with: ls -l ${pathWord(path)}` },
    );
  }
  const workspace = locateWorkspace(app.sys, app.env, parentOf(real));
  if (isState(workspace, real))
    throw coordError("USAGE", `"${shortened(path)}" belongs to coord's own state`, { hint: "name another file" });
  return workspace.stateDir === app.workspace.stateDir ? pathId(workspace, real) : outsidePathId(real);
}

function refuseOthers({ sys }: App, path: string, { real_path }: PathId): void {
  const stat = sys.stat(real_path);
  if (typeof stat === "string" || stat.kind === "file") return;
  throw coordError("USAGE", `"${shortened(path)}" is not a file but a ${stat.kind}`, {
    hint: stat.kind === "directory" ? "name the files in it" : "name a file with a content of its own",
  });
}

function problemOf(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (path.includes("\0")) return "it contains a NUL";
  if (path.endsWith("/")) return "it ends in a slash, so it names a folder";
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(path) >= MAX_PATH) return `it is longer than ${MAX_PATH - 1} bytes`;
  const long = path.split("/").find((name) => bytes(name) > MAX_NAME);
  return long === undefined ? undefined : `"${shortened(long)}" is longer than ${MAX_NAME} bytes`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${firstCharacters(text, 77)}...` : text;
}
