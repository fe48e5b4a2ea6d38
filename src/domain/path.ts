/** Which path: its key, and what the key was made from. */
export interface PathId {
  readonly key: string;
  readonly worktree: string;
  /** Relative to the top of the worktree; absolute outside of any. */
  readonly file_path: string;
  /** Absolute, links resolved: where the content lies. */
  readonly real_path: string;
}

/** The fields of a path alone, out of a record that has more. */
export function pathFields(path: PathId): PathId {
  return { key: path.key, worktree: path.worktree, file_path: path.file_path, real_path: path.real_path };
}

/** True for what can be the key of a path; the bash edition's locks lie under other names in the same folder. */
export function isKey(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}
