const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does `work` so that Ctrl-C ends it in order: the signal aborts what takes time, `work` cleans up as after any
 * failure, and then the process dies of the signal as everybody expects. A second Ctrl-C does not wait for that.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    received ??= signal;
    controller.abort();
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    if (received !== undefined) {
      process.kill(process.pid, received);
      // It arrives between two turns of the event loop: nothing more may be said until then.
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
