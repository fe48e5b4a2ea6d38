/** Clocks that are set while coord runs, and processes that do not agree on the time. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coord, coordAsync, json, locksSchema } from "../../e2e/cli.ts";
import { BINARY, layProject, until, type Project } from "../../hooks/project.ts";
import { entries, faults, instances } from "../../hooks/state.ts";
import { scaled } from "../form.ts";
import { record } from "../evidence.ts";
import { chance, SEED } from "../seed.ts";
import { CLOCKS, underClock, underClockOf } from "./fake-clock.ts";

const PATIENCE_MS = scaled(180_000, 600_000);
const JUMPS = ["+301s", "+86400s", "-86400s", "@1970-01-01 00:00:10", "+0s", "@2038-01-20 00:00:00", "-301s"] as const;
const HELD = 10;

/** A clock that can be set while processes look at it. */
function movable(project: Project): { readonly env: Record<string, string>; readonly set: (shows: string) => void } {
  const file = join(project.root, "clock");
  const set = (shows: string): void => writeFileSync(file, `${shows}\n`);
  set("+0s");
  return { env: { ...underClockOf(file) }, set };
}

test(
  "a command under a lock keeps it, and goes on renewing it, whatever the clock is set to meanwhile",
  async () => {
    using project = layProject({ git: false });
    // Short, so that a lock that is not renewed would be over long before the end.
    project.configure({ ttl: "4s" });
    const clock = movable(project);
    const words = ["run", "--lock", "a.ts", "--", "sh", "-c", "while [ ! -e done ]; do sleep 0.05; done"];
    const running = Bun.spawn([BINARY, ...words], {
      cwd: project.dir,
      env: { ...project.env, ...clock.env },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    // A record that is being replaced may be gone between the look at its folder and the look at it.
    const lastSign = (): number => {
      try {
        return Math.max(0, ...instances(project.state).map((one) => one.pinged.mono_ms));
      } catch {
        return Number.NEGATIVE_INFINITY;
      }
    };
    try {
      await until("the run has its lock", () => entries(join(project.state, "locks")).length === 1);
      for (const shows of JUMPS) {
        clock.set(shows);
        let before = Number.NEGATIVE_INFINITY;
        await until("the run is registered", () => (before = lastSign()) > 0);
        await until(`the lock is renewed at ${shows}`, () => lastSign() > before);
        const rival = coord(project, ["lock", "acquire", "a.ts", "--as", "rival"], { env: underClock({ shows }) });
        expect([shows, rival.code]).toEqual([shows, HELD]);
      }
    } finally {
      writeFileSync(project.path("done"), "");
    }
    expect([await running.exited, await running.stderr.text()]).toEqual([0, ""]);
    record({ check: "a clock that is set while a lock is held", load: { jumps: JUMPS.length }, losses: 0 });
  },
  PATIENCE_MS,
);

test(
  "one who waits neither gives up early because the clock leaps, nor waits for ever because it stands still",
  async () => {
    using project = layProject({ git: false });
    const clock = movable(project);
    expect(coord(project, ["lock", "acquire", "a.ts", "--as", "owner", "--ttl", "10m"]).code).toBe(0);
    const waiting = ["lock", "acquire", "a.ts", "--as", "waiter", "--wait", "1h"];
    const patient = coordAsync(project, waiting, { env: clock.env });
    // Registered: it has asked once and waits now.
    for (const shows of JUMPS) {
      clock.set(shows);
      const timedOut = await coordAsync(project, ["lock", "wait", "a.ts", "--timeout", "200ms", "--as", "other"], {
        env: underClock({ shows: shows.replace("@", "") }),
      });
      expect([shows, timedOut.code]).toEqual([shows, HELD]);
    }
    expect(coord(project, ["lock", "release", "a.ts", "--as", "owner"]).code).toBe(0);
    expect((await patient).code).toBe(0);
    record({ check: "waits through jumps and standing clocks", load: { jumps: JUMPS.length }, losses: 0 });
  },
  PATIENCE_MS,
);

test(
  "processes that do not agree on the time exclude each other all the same",
  async () => {
    using project = layProject({ files: { count: "0\n" }, git: false });
    const draw = chance(SEED);
    const rounds = scaled(6, 60);
    const fences: number[] = [];
    let inside = 0;
    let overlaps = 0;
    const worker = async (name: string): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const env = underClock(CLOCKS[Math.floor(draw() * CLOCKS.length)] ?? { shows: "+0s" });
        const got = await coordAsync(project, ["lock", "acquire", "count", "--as", name, "--wait", "10s", "--json"], {
          env,
        });
        expect([got.code, got.err]).toEqual([0, ""]);
        inside += 1;
        if (inside !== 1) overlaps += 1;
        fences.push(Number(/"fence":(\d+)/.exec(got.out)?.[1]));
        const count = Number(readFileSync(project.path("count"), "utf8"));
        const verified = await coordAsync(project, ["lock", "verify", "count", "--as", name], { env });
        expect([verified.code, verified.err]).toEqual([0, ""]);
        writeFileSync(project.path("count"), `${count + 1}\n`);
        inside -= 1;
        const given = await coordAsync(project, ["lock", "release", "count", "--as", name], { env });
        expect([given.code, given.err]).toEqual([0, ""]);
      }
    };
    await Promise.all(["a", "b", "c", "d"].map(worker));
    const total = 4 * rounds;
    expect([SEED, overlaps, project.content("count")]).toEqual([SEED, 0, `${total}\n`]);
    expect(fences).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    expect(json(project, locksSchema, ["lock", "list"]).locks).toEqual([]);
    expect(faults(project.state)).toEqual([]);
    record({
      check: "4 processes at a time, each by a clock of its own",
      load: { locks: total },
      losses: overlaps + total - Number(project.content("count")),
      seed: SEED,
    });
  },
  PATIENCE_MS,
);

test(
  "a lock is the same in every time zone",
  async () => {
    using project = layProject({ git: false });
    expect(coord(project, ["lock", "acquire", "a.ts", "--as", "owner"], { env: { TZ: "Asia/Tokyo" } }).code).toBe(0);
    const seen = ["UTC", "Pacific/Kiritimati", "America/St_Johns", "Nowhere/At_All"].map((TZ) => {
      const [lock] = json(project, locksSchema, ["lock", "list"], { env: { TZ } }).locks;
      expect(coord(project, ["lock", "acquire", "a.ts", "--as", "rival"], { env: { TZ } }).code).toBe(HELD);
      return lock?.locked_at;
    });
    expect(new Set(seen).size).toBe(1);
    record({ check: "a lock seen from other time zones", load: { zones: seen.length }, losses: 0 });
  },
  PATIENCE_MS,
);
