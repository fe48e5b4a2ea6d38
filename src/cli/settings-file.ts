import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { coordError } from "../domain/errors.ts";

/** A file of the user's that coord edits in one place: Claude Code's settings, coord's config. */
export interface UserFile {
  /** As people know it. */
  readonly path: string;
  /** Where its bytes are: `path`, or what the symbolic link at `path` leads to. */
  readonly target: string;
  /** undefined: there is no such file. */
  readonly text: string | undefined;
  /** Permission bits; undefined with `text`. */
  readonly mode: number | undefined;
}

/** Settings are a few kilobytes; what is a thousand times that is something else. */
const LARGEST = 8 * 1024 * 1024;

/**
 * Loads a file through a symbolic link, if it is one.
 * @throws CONFIG when it is no regular text file, IO when it cannot be read.
 */
export function loadUserFile(path: string): UserFile {
  const target = targetOf(path);
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return { path, target, text: undefined, mode: undefined };
  if (!stat.isFile() || stat.size > LARGEST) {
    throw coordError(
      "CONFIG",
      `"${path}" is not a settings file: ${stat.isFile() ? "too large" : "not a regular file"}`,
      {
        hint: `Move ${path} away and repeat the command; nothing was changed`,
        data: { file: path },
      },
    );
  }
  return { path, target, text: decode(readFileSync(target), path), mode: stat.mode & 0o777 };
}

/**
 * Publishes `text` as the file's content by one rename, with the mode that it had, else `modeIfNew`. A link stays a link.
 * @throws IO when somebody else (Claude Code, an editor) changed the file since it was loaded; then nothing was written.
 */
export function publishUserFile(file: UserFile, text: string, modeIfNew: number): void {
  const folder = dirname(file.target);
  mkdirSync(folder, { recursive: true });
  const scratch = join(folder, scratchName(basename(file.target), crypto.randomUUID()));
  try {
    writeFileSync(scratch, text, { flag: "wx", mode: file.mode ?? modeIfNew, flush: true });
    if (file.mode !== undefined) chmodSync(scratch, file.mode);
    // A full disk can cut a write short without an error (RELIABILITY.md section 1).
    if (readFileSync(scratch, "utf8") !== text) {
      throw coordError("IO", `Cannot write "${file.path}": the system took a part of it only; nothing was changed`, {
        hint: "Check the space there, then repeat the command",
        data: { file: file.path },
      });
    }
    if (loadUserFile(file.path).text !== file.text) {
      throw coordError("IO", `"${file.path}" was changed by someone else just now; nothing was written`, {
        hint: "Repeat the command",
        data: { file: file.path },
      });
    }
    renameSync(scratch, file.target);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw error;
  }
}

/** Beside the file, so that one rename publishes it; `lock cleanup` knows it by this name. */
export function scratchName(file: string, nonce: string): string {
  return `.${file}.coord-${nonce}`;
}

/** Bytes that are no text would come back as other bytes: better not touched at all. A byte order mark is kept. */
function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw coordError("CONFIG", `"${path}" is not valid JSON: it is not UTF-8 text`, {
      hint: `Save ${path} as UTF-8 and repeat the command; nothing was changed`,
      data: { file: path },
      cause,
    });
  }
}

/** Where a path's bytes are. A link to a file that does not exist yet leads there all the same. */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "EINVAL")) return path;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
