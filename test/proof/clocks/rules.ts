/**
 * The rules about time, in-process, where every clock can be set: DESIGN section 2, RELIABILITY section 3. Answers
 * every rule that is broken, a line each.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { listLocks, verifyLock } from "../../../src/app/check-lock.ts";
import { cleanUp } from "../../../src/app/cleanup.ts";
import { openApp, type App } from "../../../src/app/context.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { initState } from "../../../src/app/init-state.ts";
import { releaseLock } from "../../../src/app/release-lock.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { fileStore, type FileStoreOptions } from "../../../src/store/file/file-store.ts";

/** The clocks of a machine, and what can happen to them. All in milliseconds. */
interface Machine {
  readonly now: () => Stamp;
  /** Time goes by, on all clocks. */
  readonly pass: (ms: number) => void;
  /** Somebody sets the wall clock. */
  readonly setBy: (ms: number) => void;
  /** The machine sleeps: the monotonic clock stands still. */
  readonly sleep: (ms: number) => void;
  /** It starts anew: another boot, whose monotonic clock begins near 0. */
  readonly reboot: () => void;
  /** All that it has slept in this boot. */
  readonly slept: () => number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TTL = 5 * MINUTE;
const JUMPS = [SECOND, -SECOND, TTL + SECOND, -TTL - SECOND, DAY, -DAY, -50 * 365 * DAY, 80 * 365 * DAY] as const;

function machine(): Machine {
  let [wall, mono, boots, slept] = [Date.UTC(2026, 0, 8, 12), HOUR, 1, 0];
  return {
    now: () => ({ wall_ms: wall, mono_ms: mono, boot: `boot${boots}` }),
    pass: (ms) => {
      wall += ms;
      mono += ms;
    },
    setBy: (ms) => {
      wall += ms;
    },
    sleep: (ms) => {
      wall += ms;
      slept += ms;
    },
    reboot: () => {
      [mono, slept] = [MINUTE, 0];
      boots += 1;
    },
    slept: () => slept,
  };
}

/** What a mutant gets wrong: how it reads the clocks, or how it keeps its records. */
export interface Defect {
  readonly clock?: (now: Stamp, machine: Pick<Machine, "slept">) => Stamp;
  readonly store?: (options: FileStoreOptions) => FileStoreOptions;
}

interface Scene {
  readonly clocks: Machine;
  readonly app: App;
  readonly take: (id: string, path?: string) => Promise<number | undefined>;
  readonly isMine: (id: string) => Promise<boolean>;
}

type Rule = (scene: Scene) => Promise<string | undefined>;

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    JUMPS.flatMap((jump) => [
      [
        `the wall clock is set by ${jump / SECOND} s: a live lock stays`,
        async ({ clocks, take, isMine }: Scene) => {
          await take("owner");
          clocks.setBy(jump);
          clocks.pass(TTL - SECOND);
          if ((await take("rival")) !== undefined) return "another got it";
          return (await isMine("owner")) ? undefined : "its holder is told that it lost it";
        },
      ],
      [
        `the wall clock is set by ${jump / SECOND} s: a lock ends when it should`,
        async ({ clocks, take }: Scene) => {
          await take("owner");
          clocks.setBy(jump);
          clocks.pass(TTL);
          return (await take("rival")) === undefined ? "it goes on" : undefined;
        },
      ],
      [
        `the wall clock is set by ${jump / SECOND} s: ages are what they are`,
        async ({ clocks, take, app }: Scene) => {
          await take("owner");
          clocks.setBy(jump);
          clocks.pass(SECOND);
          const [lock] = await listLocks(app);
          const rightly = lock?.age_ms === SECOND && lock.expires_in_ms === TTL - SECOND;
          return rightly ? undefined : `age ${lock?.age_ms} ms, ${lock?.expires_in_ms} ms left`;
        },
      ],
    ]),
  ),
  "eight hours asleep do not count": async ({ clocks, take, isMine }) => {
    await take("owner");
    clocks.pass(MINUTE);
    clocks.sleep(8 * HOUR);
    clocks.pass(MINUTE);
    if ((await take("rival")) !== undefined) return "another got it";
    if (!(await isMine("owner"))) return "its holder is told that it lost it";
    clocks.pass(TTL);
    if ((await take("rival")) === undefined) return "it goes on";
    return (await isMine("owner")) ? "its holder still believes in it" : undefined;
  },
  "after a reboot the wall clock counts": async ({ clocks, take }) => {
    await take("owner");
    clocks.reboot();
    clocks.pass(MINUTE);
    if ((await take("rival")) !== undefined) return "another got it early";
    clocks.pass(TTL);
    return (await take("rival")) === undefined ? "it goes on" : undefined;
  },
  "a machine that was off for an hour finds the locks of before ended": async ({ clocks, take }) => {
    await take("owner");
    clocks.reboot();
    clocks.setBy(HOUR);
    return (await take("rival")) === undefined ? "one goes on" : undefined;
  },
  "after a reboot with a clock that is a year behind, a lock ends a lease after it was looked at": async (scene) => {
    const { clocks, take, app } = scene;
    await take("owner");
    clocks.reboot();
    clocks.setBy(-365 * DAY);
    if ((await take("rival")) !== undefined) return "another got it early";
    if (!app.store.reports().some((line) => line.includes("from the future"))) return "nobody is told";
    clocks.pass(TTL - SECOND);
    if ((await take("rival")) !== undefined) return "another got it early";
    clocks.pass(SECOND);
    return (await take("rival")) === undefined ? "it goes on" : undefined;
  },
  "who registered before a reboot, when the clock was ahead, keeps what he takes now": async (scene) => {
    const { clocks, take, isMine } = scene;
    clocks.setBy(2 * MINUTE);
    await take("owner", "other.ts");
    clocks.reboot();
    clocks.setBy(-2 * MINUTE);
    await take("owner");
    clocks.pass(SECOND);
    return (await isMine("owner")) ? undefined : "he lost it at once";
  },
  "fences grow, whatever the clock shows and whatever is pruned": async ({ clocks, take, app }) => {
    let last = 0;
    for (const jump of [0, 2 * DAY, -4 * DAY, 80 * 365 * DAY, -100 * 365 * DAY, DAY]) {
      clocks.setBy(jump);
      const fence = (await take("owner")) ?? 0;
      if (fence <= last) return `${fence} comes after ${last}`;
      last = fence;
      await releaseLock(app, commandIdentity(app, "owner", undefined), PATH);
      // Idle for days by any clock.
      const files = join(app.workspace.stateDir, "files");
      for (const name of readdirSync(files)) utimesSync(join(files, name), 0, 0);
      clocks.pass(DAY);
      await cleanUp(app);
      if (readdirSync(files).length > 0) return "nothing was pruned, so nothing was tried";
    }
    return undefined;
  },
};

const PATH = "a.ts";

/** How many rules there are. */
export const RULE_COUNT = Object.keys(RULES).length;

export async function brokenRules({ clock, store }: Defect = {}): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [name, rule] of Object.entries(RULES)) {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-clocks-")));
    try {
      const clocks = machine();
      const now = (): Stamp => (clock === undefined ? clocks.now() : clock(clocks.now(), clocks));
      const found = await answerOf(rule, await scene(dir, clocks, now, store ?? ((options) => options)));
      if (found !== undefined) broken.push(`${name}: ${found}`);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
  return broken;
}

/** What a command refuses that should work is a broken rule as well. */
async function answerOf(rule: Rule, where: Scene): Promise<string | undefined> {
  try {
    return await rule(where);
  } catch (error) {
    if (isCoordError(error)) return error.message;
    throw error;
  }
}

async function scene(
  dir: string,
  clocks: Machine,
  now: () => Stamp,
  store: (options: FileStoreOptions) => FileStoreOptions,
): Promise<Scene> {
  const native = await loadNative();
  const real = await openApp({ native, env: { HOME: dir, COORD_DIR: join(dir, "state") }, cwd: dir });
  const { sys, processes, workspace, config } = real;
  const options = { stateDir: workspace.stateDir, sys, self: processes.self, judge: processes.judge, now };
  const app: App = { ...real, now, store: fileStore(store({ ...options, ttlMs: config.ttlMs })) };
  initState(app);
  const idOf = (id: string) => commandIdentity(app, id, undefined);
  return {
    clocks,
    app,
    take: async (id, path = PATH) => {
      try {
        const { locks } = await acquireLocks([{ app, me: idOf(id), paths: [path] }], { intent: "", ttlMs: undefined });
        return locks[0]?.fence;
      } catch (error) {
        if (isCoordError(error) && error.code === "LOCK_HELD") return undefined;
        throw error;
      }
    },
    isMine: async (id) => (await verifyLock(app, idOf(id), PATH, undefined)).state === "mine",
  };
}
