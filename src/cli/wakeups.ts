/** What a view on the screen is woken for. Several of a kind count once; of several ways out the first counts. */
export type Wakeup =
  | { readonly kind: "leave"; readonly exitCode: number }
  | { readonly kind: "suspend" | "resume" | "resize" }
  /** Time has passed, or something has changed. */
  | { readonly kind: "look" };

export interface Wakeups {
  readonly leave: (exitCode: number) => void;
  readonly suspend: () => void;
  readonly resume: () => void;
  readonly resize: () => void;
  readonly change: () => void;
  /** Resolves when there is something to do, at the latest after `ms`; a mere change waits until `changeMs` are over. */
  readonly wait: (ms: number, changeMs: number) => Promise<Wakeup>;
}

/** The order in which they are handled. */
const URGENT = ["suspend", "resume", "resize"] as const;

/** Signals, keys and hints come whenever they like; whoever draws takes them one at a time, between two frames. */
export function wakeups(): Wakeups {
  const pending = new Set<(typeof URGENT)[number]>();
  let exitCode: number | undefined;
  let changed = false;
  /** Looks again at what is pending, for the one who waits. */
  let stir = (): void => {};

  const take = (): Wakeup | undefined => {
    if (exitCode !== undefined) return { kind: "leave", exitCode };
    const kind = URGENT.find((one) => pending.delete(one));
    return kind === undefined ? undefined : { kind };
  };
  const note = (kind: (typeof URGENT)[number]) => () => {
    pending.add(kind);
    stir();
  };
  return {
    leave: (code) => {
      exitCode ??= code;
      stir();
    },
    suspend: note("suspend"),
    resume: note("resume"),
    resize: note("resize"),
    change: () => {
      changed = true;
      stir();
    },
    wait: async (ms, changeMs) => {
      const began = performance.now();
      const { promise, resolve } = Promise.withResolvers<Wakeup>();
      let timer: Timer | undefined;
      stir = () => {
        clearTimeout(timer);
        const urgent = take();
        if (urgent !== undefined) return resolve(urgent);
        const after = changed ? Math.min(ms, changeMs) : ms;
        timer = setTimeout(() => resolve({ kind: "look" }), Math.max(0, after - (performance.now() - began)));
      };
      stir();
      const wakeup = await promise;
      clearTimeout(timer);
      stir = () => {};
      if (wakeup.kind === "look") changed = false;
      return wakeup;
    },
  };
}
