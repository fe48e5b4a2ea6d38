/** What a client does next, drawn from its seed and from what it was told so far. */
import type { Answer, Verb } from "./history.ts";
import type { Sight } from "./answers.ts";

export const PATHS = 5;
/** Taken together now and then, all or none; the other paths only by themselves. */
export const PAIR = [0, 1] as const;

export interface Drawn {
  readonly verb: Verb;
  readonly paths: readonly number[];
  /** force: the lock that is meant, by the fence and by the ID that it was shown with. */
  readonly target?: number;
  readonly lockId?: string;
}

export interface Drawer {
  readonly call: () => Drawn;
  readonly answered: (call: Drawn, answer: Answer, sights: readonly Sight[]) => void;
}

/** Of a hundred calls of one who holds something, so many give it back. */
const GIVES_BACK = 0.25;

export function drawer(draw: () => number): Drawer {
  const held = new Set<number>();
  const seen = new Map<number, Sight>();
  const one = <T>(items: readonly T[]): T | undefined => items[Math.floor(draw() * items.length)];
  const anyPath = (): number => Math.floor(draw() * PATHS);
  const pair = (): readonly number[] => (draw() < 0.5 ? PAIR : PAIR.toReversed());
  return {
    call: () => {
      const mine = one([...held]);
      if (mine !== undefined && draw() < GIVES_BACK) return { verb: "release", paths: [mine] };
      const kind = draw();
      if (kind < 0.12) return { verb: "acquire", paths: pair() };
      if (kind < 0.5) return { verb: "acquire", paths: [anyPath()] };
      if (kind < 0.57) return { verb: "release", paths: [anyPath()] };
      if (kind < 0.6) return { verb: "renew", paths: pair() };
      if (kind < 0.68) return { verb: "renew", paths: [mine ?? anyPath()] };
      const sight = one([...seen.values()]);
      if (kind < 0.78 && sight !== undefined)
        return { verb: "force", paths: [sight.path], target: sight.fence, lockId: sight.lockId };
      // Half of those who look had it.
      return { verb: "check", paths: [draw() < 0.5 && mine !== undefined ? mine : anyPath()] };
    },
    answered: ({ verb, paths }, { is }, sights) => {
      for (const sight of sights) seen.set(sight.path, sight);
      for (const path of paths) {
        if (verb === "force") seen.delete(path);
        if (is === "granted" || is === "mine") held.add(path);
        else if (is === "released" || is === "free" || is === "expired" || is === "lost") held.delete(path);
      }
    },
  };
}
