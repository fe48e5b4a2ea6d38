/**
 * Hints that something in a folder has changed, never the truth: Bun's watcher loses events, or tells of one and then of
 * none (oven-sh/bun#36328, #36957). So a watcher is armed anew after each event, and whoever is told looks for himself,
 * and looks every so often without being told. Loaded by commands only: it needs node:fs.
 */
import { watch, type FSWatcher } from "node:fs";

export interface FolderChanges {
  /** False where a folder is not there, or the system grants no watcher: of that one there are no hints. */
  readonly areAllWatched: () => boolean;
  readonly close: () => void;
}

/** Calls `onChange` with the name in the folder that the hint is about, null where the system does not tell. Never fails. */
export function folderChanges(folders: readonly string[], onChange: (name: string | null) => void): FolderChanges {
  const wanted = new Set(folders);
  const armed = new Map<string, FSWatcher>();
  const disarm = (folder: string): void => {
    armed.get(folder)?.close();
    armed.delete(folder);
  };
  const arm = (folder: string): void => {
    try {
      const watcher = watch(folder, (_, name) => {
        if (armed.get(folder) !== watcher) return;
        disarm(folder);
        arm(folder);
        onChange(name);
      });
      watcher.on("error", () => disarm(folder));
      armed.set(folder, watcher);
    } catch {
      // No folder, or no watchers left on this system: looking without a hint does.
    }
  };
  for (const folder of wanted) arm(folder);
  return {
    areAllWatched: () => armed.size === wanted.size,
    close: () => {
      for (const folder of wanted) disarm(folder);
    },
  };
}
