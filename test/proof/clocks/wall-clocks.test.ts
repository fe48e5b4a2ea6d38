/** Sessions and commands whose wall clocks lie, beside some whose clocks do not: DESIGN section 2, RELIABILITY section 5. */
import { expect, test } from "bun:test";
import * as v from "valibot";
import { compareDecisionIds, parseDecisionId, type DecisionId } from "../../../src/domain/decision-id.ts";
import { cleanupSchema, coord, json, locksSchema, statusSchema, type Ran } from "../../e2e/cli.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { session } from "../../hooks/session.ts";
import { faults, instances } from "../../hooks/state.ts";
import { record } from "../evidence.ts";
import { CLOCKS, underClock, type FakeClock } from "./fake-clock.ts";

const PATIENCE_MS = 120_000;
/** The kernel's ticks: file and event times may lag by so much. */
const TICK_MS = 20;
const FILES = { "a.ts": "1\n", "d.ts": "1\n" } as const;

const timedLocks = v.looseObject({
  locks: v.array(v.looseObject({ file_path: v.string(), age_ms: v.number(), expires_in_ms: v.number() })),
});
const addedSchema = v.looseObject({ decision_id: v.string() });
const decisionsSchema = v.looseObject({ decisions: v.array(addedSchema) });

for (const clock of CLOCKS) {
  test(
    `a clock ${clock.name}: no live lock is lost, the dead make way, everything answers`,
    async () => {
      using project = layProject({ files: FILES });
      project.configure({ hold: "session" });
      const env = underClock(clock);
      const wrongly = (...words: readonly string[]): Ran => coord(project, words, { env });
      const beganMs = Date.now();

      const live = session(project);
      await live.start();
      expect((await live.write("a.ts", "live\n")).denied).toBeUndefined();
      expect(coord(project, ["lock", "acquire", "c.ts", "--as", "job", "--ttl", "10m"]).code).toBe(0);
      const dead = session(project);
      await dead.write("d.ts", "dead\n");
      await dead.client.kill();

      const wrong = session(project, { env });
      const startedMs = Date.now();
      const told = [await wrong.start(), await wrong.prompt("Go on")];
      expect(showsIt(project, wrong.id, clock, startedMs)).toBe("yes");

      // The living keep what they hold, the dead do not.
      expect((await wrong.write("a.ts", "wrong\n")).denied).toContain(`held by ${live.id} `);
      expect(wrongly("lock", "acquire", "c.ts", "--as", "rival").code).toBe(10);
      expect(wrongly("lock", "verify", "a.ts", "--as", live.id).code).toBe(0);
      expect((await wrong.write("d.ts", "wrong\n")).denied).toBeUndefined();
      const swept = json(project, cleanupSchema, ["lock", "cleanup"], { env });
      expect(swept.removed_instances).not.toContain(live.id);
      expect(swept.removed_instances).not.toContain("job");
      expect(wrongly("lock", "renew", "c.ts", "--as", "job").code).toBe(0);
      expect(coord(project, ["lock", "verify", "c.ts", "--as", "job"]).code).toBe(0);

      const { locks } = json(project, timedLocks, ["lock", "list"], { env });
      for (const { file_path, age_ms, expires_in_ms } of locks) {
        expect([file_path, age_ms >= 0 && age_ms <= Date.now() - beganMs]).toEqual([file_path, true]);
        expect([file_path, expires_in_ms > 0 && expires_in_ms <= 600_000]).toEqual([file_path, true]);
      }
      const status = json(project, statusSchema, ["status"], { env });
      expect(status.instances.map((one) => one.status)).not.toContain("stale");
      expect(wrongly("status", "--verbose").out).not.toMatch(/(^|\s)-\d/);
      expect(wrongly("doctor").out).toContain("No record is from the future");

      const fences = ["+0s", clock.shows, "+0s", clock.shows, "+0s"].map((shows) => cycle(project, { shows }));
      expect(fences).toEqual(fences.toSorted((a, b) => a - b));
      expect(new Set(fences).size).toBe(fences.length);
      decide(project, clock);

      told.push(await wrong.read("a.ts"), await wrong.batch(), await wrong.stop(), await wrong.end());
      expect(told.flatMap(({ message }) => message ?? [])).toEqual([]);
      expect((await live.write("a.ts", "still live\n")).denied).toBeUndefined();
      expect(faults(project.state)).toEqual([]);
      record({
        check: `wall clock ${clock.name}`,
        load: { "locks looked at": locks.length, fences: fences.length },
        losses: 0,
      });
    },
    PATIENCE_MS,
  );
}

/** Whether the binary took the lying clock for the wall clock, and not for the monotonic one. */
function showsIt(project: Project, id: string, clock: FakeClock, startedMs: number): string {
  const seen = instances(project.state).find((one) => one.instance_id === id)?.started;
  const [least, most] = [clock.expectedMs(startedMs), clock.expectedMs(Date.now()) + Date.now() - startedMs];
  if (seen === undefined || seen.wall_ms < least - TICK_MS || seen.wall_ms > most + TICK_MS) {
    return `no: ${seen?.wall_ms} is not from ${least} to ${most}`;
  }
  const others = instances(project.state).filter((one) => one.instance_id !== id);
  const apart = others.map(({ started }) => Math.abs(started.mono_ms - seen.mono_ms));
  return Math.max(...apart) <= PATIENCE_MS ? "yes" : "no: the monotonic clock lies too";
}

/** Takes and gives back a lock; its fence. */
function cycle(project: Project, clock: Pick<FakeClock, "shows">): number {
  const where = { env: underClock(clock) };
  const [lock] = json(project, locksSchema, ["lock", "acquire", "e.ts", "--as", "x"], where).locks;
  expect(coord(project, ["lock", "release", "e.ts", "--as", "x"], where).code).toBe(0);
  return lock?.fence ?? 0;
}

/** Decisions by right and wrong clocks: none is lost, numbers grow, and one that supersedes is the newer one. */
function decide(project: Project, clock: FakeClock): void {
  const add = (shows: string, ...more: readonly string[]): DecisionId => {
    const words = ["decisions", "add", "--category", "architecture", "--title", "T", "--description", "D", ...more];
    const { decision_id } = json(project, addedSchema, words, { env: underClock({ shows }) });
    const id = parseDecisionId(decision_id);
    if (id === undefined) throw new Error(`no ID: ${decision_id}`);
    return id;
  };
  const newest = (): readonly string[] =>
    json(project, decisionsSchema, ["decisions", "list"], { env: underClock(clock) }).decisions.map(
      (one) => one.decision_id,
    );
  const ids = ["+0s", clock.shows, clock.shows, "+0s"].map((shows) => add(shows));
  for (const [i, a] of ids.entries()) {
    for (const b of ids.slice(i + 1)) if (a.day === b.day) expect(b.number).toBeGreaterThan(a.number);
  }
  const first = newest().at(0) ?? "";
  const late = add(clock.shows, "--supersedes", first);
  const old = parseDecisionId(first);
  if (old === undefined) throw new Error("nothing is listed");
  expect(compareDecisionIds(late, old)).toBeGreaterThan(0);
  const listed = newest().flatMap((id) => parseDecisionId(id) ?? []);
  expect(listed.length).toBe(ids.length + 1);
  expect(listed).toEqual(listed.toSorted((a, b) => compareDecisionIds(b, a)));
}
