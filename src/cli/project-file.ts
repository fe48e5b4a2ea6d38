import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { coordError } from "../domain/errors.ts";
import { loadUserFile, type UserFile } from "./settings-file.ts";

/**
 * Loads a file of a project that is to be edited. A link may lead to another place in the project, and not out of it:
 * unlike one in the user's own folder it may have come with the repository, and what it leads to is somebody else's.
 * @throws CONFIG, IO as `loadUserFile`
 */
export function loadProjectFile(path: string, folders: readonly string[]): UserFile {
  const file = loadUserFile(path);
  const real = realFolder(dirname(file.target));
  if (folders.some((folder) => `${real}/`.startsWith(`${realFolder(folder)}/`))) return file;
  throw coordError("CONFIG", `"${path}" is a link that leads out of the project, to "${file.target}"`, {
    hint: `Put the file itself in its place, or use the user scope; nothing was changed`,
    data: { file: path },
  });
}

/** Where a folder really is, or would be: by the nearest one above it that is there. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : `${realFolder(above)}${path.slice(above.length)}`;
  }
}
