import { watch, type FSWatcher } from "node:fs";

/**
 * Calls `onChange` when something in one of the folders changes, until the answer is called. A hint to look, never the
 * truth: events get lost (oven-sh/bun#36328, #36957), and a folder that is not there or cannot be watched gives none.
 */
export function watchFolders(folders: readonly string[], onChange: () => void): () => void {
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      watchers.push(watch(folder, onChange).on("error", () => {}));
    } catch {
      // Whoever watches looks now and then without being told.
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
