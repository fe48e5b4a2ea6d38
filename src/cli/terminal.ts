import { isatty } from "node:tty";
import { signalExitCode } from "../platform/signals.ts";
import { printScreen } from "./output.ts";
import type { Wakeups } from "./wakeups.ts";
import { LEAVE_SCREEN, OWN_SCREEN, QUIET_SCREEN, type Size } from "./watch-frame.ts";

/** The terminal of this process while a view has it. */
export interface Terminal {
  readonly size: () => Size;
  /** True when keys are heard; otherwise Ctrl-C is what ends the view. */
  readonly hasKeys: boolean;
  /** Takes it, or takes it again after the process was stopped without being asked. */
  readonly enter: () => Promise<void>;
  /** Gives the terminal back, stops the process as Ctrl-Z does, and takes it again when the process goes on. */
  readonly suspend: () => Promise<void>;
  /** Gives everything back for good. Never throws: a terminal that has gone needs nothing back. */
  readonly leave: () => Promise<void>;
}

const ENDING = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"] as const;
/** What keys do; in raw mode none of them sends a signal. */
const KEYS: ReadonlyMap<string, number | "suspend"> = new Map<string, number | "suspend">([
  ["q", 0],
  ["Q", 0],
  ["\u0003", signalExitCode("SIGINT")],
  ["\u001c", signalExitCode("SIGQUIT")],
  ["\u001a", "suspend"],
]);
/** For a terminal that does not tell its size. */
const USUAL: Size = { columns: 80, rows: 24 };
/** A process that no shell could continue is not stopped by the system: then it goes on after this. */
const NOT_STOPPED_MS = 200;
/** A terminal that takes nothing any more must not keep the process from ending. */
const LAST_WRITE_MS = 500;

/** Listens to the terminal and to signals, and tells `wakeups`. Draws nothing before `enter`. */
export function openTerminal(wakeups: Wakeups): Terminal {
  const hasKeys = isatty(0);
  const heard = new Map<NodeJS.Signals, () => void>([
    ...ENDING.map((signal) => [signal, () => wakeups.leave(signalExitCode(signal))] as const),
    ["SIGTSTP", wakeups.suspend],
    // Whoever was stopped without being asked finds the screen and its settings as the shell wants them.
    ["SIGCONT", wakeups.resume],
    ["SIGWINCH", wakeups.resize],
  ]);
  const onKeys = (keys: Buffer): void => {
    for (const key of keys.toString()) {
      const meant = KEYS.get(key);
      if (meant === "suspend") wakeups.suspend();
      else if (meant !== undefined) wakeups.leave(meant);
    }
  };
  const gone = (): void => wakeups.leave(signalExitCode("SIGHUP"));
  for (const [signal, listener] of heard) process.on(signal, listener);
  if (hasKeys) process.stdin.on("end", gone).on("error", gone).pause();

  let taken = false;
  const take = async (): Promise<void> => {
    const sequence = taken ? QUIET_SCREEN : OWN_SCREEN + QUIET_SCREEN;
    if (hasKeys) {
      // The shell may have changed it meanwhile, and what is set already would not be set again.
      if (taken) process.stdin.setRawMode(false);
      process.stdin.setRawMode(true);
      if (!taken) process.stdin.on("data", onKeys).resume();
    }
    taken = true;
    await printScreen(sequence);
  };
  const giveBack = async (): Promise<void> => {
    if (!taken) return;
    taken = false;
    if (hasKeys) {
      process.stdin.off("data", onKeys).pause();
      process.stdin.setRawMode(false);
    }
    await within(LAST_WRITE_MS, printScreen(LEAVE_SCREEN));
  };
  return {
    hasKeys,
    size: () => {
      // Only its size: everything is written by output.ts.
      const { columns, rows } = process.stdout;
      return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
    },
    enter: take,
    suspend: async () => {
      await giveBack();
      process.off("SIGTSTP", wakeups.suspend);
      const continued = new Promise<void>((resolve) => process.once("SIGCONT", () => resolve()));
      process.kill(process.pid, "SIGTSTP");
      await within(NOT_STOPPED_MS, continued);
      process.on("SIGTSTP", wakeups.suspend);
      await take();
    },
    leave: async () => {
      try {
        await giveBack();
      } catch {
        // It has gone.
      }
      for (const [signal, listener] of heard) process.off(signal, listener);
    },
  };
}

/** Waits for the promise, and not longer than this. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}
