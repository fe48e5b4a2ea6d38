import { coordError } from "../domain/errors.ts";
import { toFailure } from "./errors.ts";
import { append, layoutOf, replace } from "./json-edit.ts";
import { childOf, parseObject } from "./json-tree.ts";
import { changedLines } from "./line-diff.ts";
import { publishUserFile, type UserFile } from "./settings-file.ts";

/** A file of the user's and what it is to become. Made without writing, so that `--dry-run` can show it. */
export interface UserEdit {
  readonly file: UserFile;
  readonly after: string;
  /** Permission bits of a file that does not exist yet. */
  readonly modeIfNew: number;
}

/** What a settings file starts from that is not there yet, or is empty. */
const EMPTY = "{}\n";

/**
 * An edit of a file by a function of its text. The byte order mark that some editors write stays where it is; a file
 * that does not exist stays so unless something comes into it.
 */
export function edit(file: UserFile, modeIfNew: number, change: (text: string) => string): UserEdit {
  const before = file.text ?? "";
  const mark = before.startsWith("\uFEFF") ? "\uFEFF" : "";
  const body = before.slice(mark.length);
  const start = body.trim() === "" ? EMPTY : body;
  const changed = change(start);
  return { file, after: changed === start ? before : mark + changed, modeIfNew };
}

/** The JSON text with one top-level property set, everything else as it was. */
export function withProperty(text: string, key: string, value: string, file: string): string {
  const root = parseObject(text, file);
  const present = childOf(root, key);
  if (present?.value === value) return text;
  const layout = layoutOf(text, root);
  return present === undefined ? append(text, layout, root, key, value) : replace(text, layout, present, value);
}

export function isChange(edit: UserEdit): boolean {
  return edit.after !== (edit.file.text ?? "");
}

/** The lines that the edit changes, as a diff shows them; not escaped. */
export function editLines(edit: UserEdit): readonly string[] {
  return changedLines(edit.file.text ?? "", edit.after);
}

/** Writes what changes, file by file. Throws what publishUserFile does, and says which files were written before. */
export function publishEdits(edits: readonly UserEdit[]): void {
  const written: string[] = [];
  for (const edit of edits.filter(isChange)) {
    try {
      publishUserFile(edit.file, edit.after, edit.modeIfNew);
    } catch (error) {
      throw written.length === 0 ? error : partlyDone(error, edit.file.path, written);
    }
    written.push(edit.file.path);
  }
}

function partlyDone(error: unknown, failed: string, written: readonly string[]): Error {
  const { code, message, hint, data } = toFailure(error);
  const done = written.map((path) => `"${path}"`).join(", ");
  return coordError(code, `${message}; "${failed}" is as it was, written before: ${done}`, {
    hint,
    data: { ...data, written },
    cause: error,
  });
}
