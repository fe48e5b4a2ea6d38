/** What is to happen when, in simulated time; and whoever sleeps meanwhile does not keep the others from going on. */
import type { Clock } from "./clock.ts";
import type { Timing } from "./world.ts";

interface Entry {
  readonly atMs: number;
  readonly run: () => void;
  /** It may happen while somebody sleeps. */
  readonly mayNest: () => boolean;
}

export interface Agenda {
  readonly timing: Timing;
  /**
   * Something happens so many milliseconds from now. What may sleep itself does not begin while another sleeps: here
   * one would have to wait for the other, as processes do not.
   */
  readonly after: (ms: number, run: () => void, mayNest?: () => boolean) => void;
  /** Begins something that takes several steps; they go on whenever their time has come. */
  readonly begin: (work: Promise<void>) => void;
  /** The next entry, and everything that follows from it without waiting for the clock. False: there is none. */
  readonly next: () => Promise<boolean>;
  /** The machine was off: whoever waited then is no more. */
  readonly clear: () => void;
}

/** More than fit into anybody's wait. */
const MOST_SLEEPS = 5000;

const FINEST_MS = 0.001;

/** Times are told to the microsecond, so that hardly ever two fall together. */
function fine(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

export function agenda(clock: Clock): Agenda {
  let entries: Entry[] = [];
  let [working, waiting] = [0, 0];
  const put = (entry: Entry): void => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.atMs ?? 0) <= entry.atMs) low = middle + 1;
      else high = middle;
    }
    entries.splice(low, 0, entry);
  };
  const always = (): boolean => true;
  const after: Agenda["after"] = (ms, run, mayNest = always) =>
    put({ atMs: fine(clock.now().mono_ms + ms), run, mayNest });
  const due = (untilMs: number): Entry | undefined => {
    const [first] = entries;
    if (first === undefined || first.atMs > untilMs) return undefined;
    entries.shift();
    clock.passUntil(first.atMs);
    return first;
  };
  const sleeps: { readonly from: number; readonly to: number }[] = [];
  return {
    timing: {
      isDense: true,
      blockedMs: (fromMs, toMs) =>
        sleeps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs)), 0),
      sleepMs: (ms) => {
        const start = clock.now().mono_ms;
        // What is left of a time may be less than the clock can tell; a real one goes on all the same.
        const end = Math.max(fine(start + ms), fine(start + FINEST_MS));
        // What others begin meanwhile gets as far as its first decision, which is in force at once.
        const later: Entry[] = [];
        for (let entry = due(end); entry !== undefined; entry = due(end)) {
          if (entry.mayNest()) entry.run();
          else later.push(entry);
        }
        sleeps.push({ from: end - ms, to: end });
        if (sleeps.length > MOST_SLEEPS) sleeps.shift();
        clock.passUntil(end);
        for (const entry of later) put({ ...entry, atMs: end });
      },
      until: async (monoMs) => {
        waiting += 1;
        await new Promise<void>((resolve) => {
          after(Math.max(0, monoMs - clock.now().mono_ms), resolve);
        });
        waiting -= 1;
      },
    },
    after,
    begin: (work) => {
      working += 1;
      void work.finally(() => {
        working -= 1;
      });
    },
    next: async () => {
      const entry = due(Infinity);
      entry?.run();
      do await new Promise<void>((resolve) => setImmediate(resolve));
      while (working > waiting);
      return entry !== undefined;
    },
    clear: () => {
      entries = [];
      waiting = 0;
    },
  };
}
