/** Ways to take a path and to give it back, each inside a process that lives on: none of them pays for a start. */
import { checkWrite } from "../../../src/app/check-write.ts";
import { openApp } from "../../../src/app/context.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { typedPath } from "../../../src/app/paths.ts";
import { releaseHeld } from "../../../src/app/release-held.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";

export const WAYS = ["coord", "flock", "proper-lockfile"] as const;
export type Way = (typeof WAYS)[number];

export interface Taker {
  /** Comes back when the path is had, however long that takes. Answers how often it was turned away before. */
  readonly take: () => Promise<number>;
  readonly give: () => Promise<number>;
}

export interface Wanted {
  /** The project's top folder. */
  readonly project: string;
  /** Of the process that wants it. */
  readonly name: string;
  /** In the project. */
  readonly path: string;
}

export async function openTaker(way: Way, wanted: Wanted): Promise<Taker> {
  switch (way) {
    case "coord":
      return coordTaker(wanted);
    case "flock":
      return flockTaker(wanted);
    case "proper-lockfile":
      return lockfileTaker(wanted);
  }
  return way satisfies never;
}

/**
 * As the hooks do: a check that is granted, and the release at the end of the tool call. Where a hook would give up,
 * because it did not get at the state in time, this one is turned away and tries again.
 */
async function coordTaker({ project, name, path: file }: Wanted): Promise<Taker> {
  const app = await openApp({ native: await loadNative(), env: process.env, cwd: project });
  const me = commandIdentity(app, name, process.pid);
  const path = typedPath(app, file);
  let turn = 0;
  return {
    take: async () => {
      turn += 1;
      const toolUseId = `${name}-${turn}`;
      const request = { path, me, toolUseId, oldStrings: undefined, deadline: Number.POSITIVE_INFINITY };
      return untilIn(async () => {
        const { answer } = await checkWrite(app, request);
        if (answer === "conflict") throw new Error("The path should be granted, but its content has changed");
        return answer === "granted";
      });
    },
    give: async () =>
      untilIn(async () => {
        await releaseHeld(app, name, ["tool"]);
        return true;
      }),
  };
}

/** Answers how often the guard could not be had. `isDone` may say that it has to be asked again. */
async function untilIn(isDone: () => Promise<boolean>): Promise<number> {
  for (let turnedAway = 0; ;) {
    try {
      if (await isDone()) return turnedAway;
    } catch (error) {
      if (!isCoordError(error) || error.code !== "GUARD_BUSY") throw error;
      turnedAway += 1;
    }
  }
}

const LOCK_EX = 2;
const LOCK_UN = 8;

/**
 * flock(2), the call behind flock(1): starting that program each time would measure starts. The kernel queues who waits
 * and wakes the next one, so nothing that looks again and again can be faster.
 */
async function flockTaker({ project, path }: Wanted): Promise<Taker> {
  const { dlopen } = await import("bun:ffi");
  const { openSync } = await import("node:fs");
  const library = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
  const { symbols } = dlopen(library, { flock: { args: ["i32", "i32"], returns: "i32" } });
  const fd = openSync(`${project}/${path}`, "a");
  const call = (how: number): number => {
    if (symbols.flock(fd, how) !== 0) throw new Error(`flock(2) cannot lock ${path}`);
    return 0;
  };
  return { take: async () => call(LOCK_EX), give: async () => call(LOCK_UN) };
}

/** Without retries it fails where another holds the lock. It looks as often as coord does, from 20 ms down to 5. */
async function lockfileTaker({ project, path }: Wanted): Promise<Taker> {
  const { lock } = await import("proper-lockfile");
  const retries = { forever: true, factor: 1, minTimeout: 5, maxTimeout: 20 };
  let giveBack: (() => Promise<void>) | undefined;
  return {
    take: async () => {
      giveBack = await lock(`${project}/${path}`, { realpath: false, retries });
      return 0;
    },
    give: async () => {
      await giveBack?.();
      return 0;
    },
  };
}
