/**
 * Waiting for a change in a folder. Events are a hint to look, never the truth: Bun's watcher loses some, or tells of
 * one and then of none (oven-sh/bun#36328, #36957). So a watcher is armed anew after each event, whoever is told looks
 * for himself, and looks every so often without being told. Loaded by commands only: it needs node:fs.
 */
import { watch, type FSWatcher } from "node:fs";

export interface FolderWatch {
  /** Resolves at the next hint, at once if one has come since the last call, and after `ms` in any case. */
  readonly next: (ms: number) => Promise<void>;
  readonly close: () => void;
}

/** How long to go without a look. Milliseconds. */
export interface Pace {
  /** While all folders are watched. */
  readonly watched: number;
  /** Where the system grants no watcher. */
  readonly blind: number;
  /**
   * Arming anew leaves a moment unwatched, so an event that is about something else asks for a look too, but for one
   * look for all that come within this time.
   */
  readonly afterOthers: number;
}

const PACE: Pace = { watched: 250, blind: 25, afterOthers: 20 };

/** Watches the folders for names that `concerns`. Never fails: without a watcher it polls faster. */
export function watchFolders(
  folders: readonly string[],
  concerns: (name: string) => boolean,
  pace: Pace = PACE,
): FolderWatch {
  let hinted = false;
  let wake: (() => void) | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  const hint = (): void => {
    hinted = true;
    wake?.();
  };
  const hintLater = (): void => {
    later ??= setTimeout(() => {
      later = undefined;
      hint();
    }, pace.afterOthers);
  };
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
        if (name === null || concerns(name)) hint();
        else hintLater();
      });
      watcher.on("error", () => disarm(folder));
      armed.set(folder, watcher);
    } catch {
      // No folder, or no watchers left on this system: polling does.
    }
  };
  for (const folder of new Set(folders)) arm(folder);
  return {
    next: async (ms) => {
      const poll = armed.size === new Set(folders).size ? pace.watched : pace.blind;
      if (!hinted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms, poll));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      hinted = false;
    },
    close: () => {
      clearTimeout(later);
      wake?.();
      for (const folder of folders) disarm(folder);
    },
  };
}
