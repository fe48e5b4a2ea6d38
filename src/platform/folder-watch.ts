/** Waiting for a change in a folder, by hints (folder-changes.ts) and by a look every so often without one. */
import { folderChanges } from "./folder-changes.ts";

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

export type WatchFolders = (
  folders: readonly string[],
  concerns: (name: string) => boolean,
  pace?: Pace,
) => FolderWatch;

/** Watches the folders for names that `concerns`. Never fails: without a watcher it polls faster. */
export const watchFolders: WatchFolders = (folders, concerns, pace = PACE) => {
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
  const changes = folderChanges(folders, (name) => {
    if (name === null || concerns(name)) hint();
    else hintLater();
  });
  return {
    next: async (ms) => {
      const poll = changes.areAllWatched() ? pace.watched : pace.blind;
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
      changes.close();
    },
  };
};
