/**
 * Tells a signal that the whole process group got from one that was sent to this process alone. Nothing in JavaScript
 * says who sent a signal. So a second process of the group stands by, which any signal ends: when it is gone, all of
 * the group got it (Ctrl-C, Ctrl-\, a closed terminal, `kill -- -PGID`), and who passed it on would send it twice.
 *
 * It is a shell that waits for its input to end, which it does with this process at the latest.
 */

/** How long a witness may take to die on a busy machine. A signal that is passed on is late by this. Milliseconds. */
const PATIENCE_MS = 200;

export interface GroupWitness {
  /** True when the group got the signal that this process has just got. */
  readonly saw: (name: NodeJS.Signals) => Promise<boolean>;
  readonly close: () => void;
}

type Witness = Bun.Subprocess<"pipe", "ignore", "ignore">;
type SpawnWitness = (onExit: (ended: Witness) => void) => Witness;

/**
 * Never fails: where the system starts no witness (too many open files or processes), none of the group is seen to get a
 * signal, and each is passed on, at worst twice.
 */
export function groupWitness(spawn: SpawnWitness = spawnWitness): GroupWitness {
  let closed = false;
  let end: { readonly name: string; readonly at: number } | undefined;
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  let witness = start();

  function start(): Witness | undefined {
    try {
      return spawn((ended) => {
        if (closed || ended.signalCode === null) return;
        end = { name: String(ended.signalCode), at: performance.now() };
        witness = start();
        wakeAll();
      });
    } catch {
      return undefined;
    }
  }

  const hasSeen = (name: NodeJS.Signals): boolean =>
    end !== undefined && end.name === name && performance.now() - end.at < 2 * PATIENCE_MS;

  return {
    saw: async (name) => {
      if (!hasSeen(name) && !closed && witness !== undefined) {
        const told = Promise.withResolvers<void>();
        const timer = setTimeout(told.resolve, PATIENCE_MS);
        waiting.add(told.resolve);
        await told.promise;
        waiting.delete(told.resolve);
        clearTimeout(timer);
      }
      const seen = hasSeen(name);
      // One death speaks for one signal.
      if (seen) end = undefined;
      return seen;
    },
    close: () => {
      closed = true;
      wakeAll();
      witness?.kill("SIGKILL");
    },
  };
}

function spawnWitness(onExit: (ended: Witness) => void): Witness {
  return Bun.spawn(["/bin/sh", "-c", "ulimit -c 0; read line"], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    // Whatever is done with the folder or the environment must not depend on it.
    cwd: "/",
    env: {},
    onExit,
  });
}
