import { coordError, isCoordError } from "../domain/errors.ts";
import { pathWord } from "./show-text.ts";

/**
 * Does `work` on a path. When another holds it, the error's next step works where the path was typed: the use cases know
 * a path by its place in the worktree, which from another folder is another file, and do not quote it for a shell.
 */
export async function withTypedHint<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCoordError(error) || error.code !== "LOCK_HELD") throw error;
    throw coordError(error.code, error.message, {
      hint: `coord lock wait ${pathWord(path)} --timeout 60s`,
      ...(error.data === undefined ? {} : { data: error.data }),
      cause: error,
    });
  }
}
