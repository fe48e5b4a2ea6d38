import { cutLine } from "./cut-line.ts";
import { isTerminal, printProgress, stderrColumns } from "./output.ts";

/** How far a long piece of work has come, for the person who waits for it. */
export interface Progress {
  /** Call it as often as you like. */
  readonly update: (done: number, total: number) => void;
  /** Clears what was shown; call it before anything else is said, also when the work fails. */
  readonly end: () => Promise<void>;
}

/** What takes no longer needs no progress. */
const SHOWN_AFTER_MS = 300;
/** Ten times a second is as much as anybody reads. */
const EVERY_MS = 100;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Does `work`, which calls `update` as often as it likes, and shows how far it has come: on stderr, when that is a
 * terminal and people read the answer. What was shown is gone when it ends, also when it fails.
 */
export async function withProgress<T>(
  label: string,
  json: boolean,
  work: (update: Progress["update"]) => Promise<T>,
): Promise<T> {
  if (json || !(await isTerminal(2))) return work(() => {});
  const { update, end } = progress(label, {
    now: () => performance.now(),
    columns: stderrColumns,
    write: printProgress,
  });
  try {
    return await work(update);
  } finally {
    await end();
  }
}

export interface ProgressPorts {
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  /** Of the terminal. */
  readonly columns: () => number;
  readonly write: (text: string) => Promise<void>;
}

/** One line that is written over again and again, without colours. */
export function progress(label: string, { now, columns, write }: ProgressPorts): Progress {
  let due = now() + SHOWN_AFTER_MS;
  let shown = false;
  let writing = Promise.resolve();
  const put = (text: string): void => {
    const written = write(text);
    writing = writing.then(async () => written);
  };
  return {
    update: (done, total) => {
      const at = now();
      if (at < due) return;
      due = at + EVERY_MS;
      shown = true;
      // The last column stays free: a terminal that has filled it may go on below.
      put(CLEAR_LINE + cutLine(progressText(label, done, total), columns() - 1).text);
    },
    end: async () => {
      if (shown) put(CLEAR_LINE);
      await writing;
    },
  };
}

/** `Cleaning up: 120 of 1,000 (12 %)`. */
function progressText(label: string, done: number, total: number): string {
  const share = total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : "";
  return `${label}: ${done.toLocaleString("en")} of ${total.toLocaleString("en")}${share}`;
}
