/**
 * What another boot has left, met by the binary under a clock that lies: only the wall clock is left to go by. The boot
 * is forged, in the records; the clock is libfaketime's.
 */
import { expect, test } from "bun:test";
import { coord, json, statusSchema } from "../../e2e/cli.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { session } from "../../hooks/session.ts";
import { faults, instances } from "../../hooks/state.ts";
import { record } from "../evidence.ts";
import { age, bindTo, moveTimes } from "../identities/forged-state.ts";
import { CLOCKS, underClock } from "./fake-clock.ts";

const PATIENCE_MS = 120_000;
const LEASE_MS = 300_000;
/** More than these commands take. */
const SLACK_MS = 60_000;
const HELD = 10;
const BOOT = "0123456789abcdef";

function acquire(project: Project, path: string, as: string, env: Record<string, string>): number | null {
  return coord(project, ["lock", "acquire", path, "--as", as], { env }).code;
}

for (const clock of CLOCKS) {
  test(
    `after a reboot, by a clock ${clock.name}: sessions are gone, others keep their time and no more`,
    async () => {
      using project = layProject({ files: { "a.ts": "1\n" } });
      project.configure({ hold: "session" });
      const env = { ...underClock(clock) };
      const old = session(project);
      await old.write("a.ts", "old\n");
      expect(acquire(project, "lease.ts", "job", {})).toBe(0);
      expect(coord(project, ["lock", "acquire", "long.ts", "--as", "job", "--ttl", "20m"]).code).toBe(0);

      const bound = instances(project.state).find((one) => one.instance_id === old.id)?.process;
      if (bound === undefined || bound === null) throw new Error("the session is bound to no process");
      bindTo(project.state, old.id, { ...bound, boot: BOOT });
      expect(moveTimes(project.state, (then) => ({ ...then, mono_ms: 9e9, boot: BOOT }))).toBeGreaterThan(0);

      const aheadMs = Date.now() - clock.expectedMs(Date.now());
      const isFuture = aheadMs > 0;
      const doctor = coord(project, ["doctor"], { env });
      if (Math.abs(aheadMs) > SLACK_MS) expect(doctor.out.includes("with a time in the future")).toBe(isFuture);
      // The client of before cannot run any more, though a process with its number does.
      expect(acquire(project, "a.ts", "rival", env)).toBe(0);

      const lived = -aheadMs;
      if (lived >= LEASE_MS || lived < LEASE_MS - SLACK_MS) {
        expect(acquire(project, "lease.ts", "rival", env)).toBe(lived < LEASE_MS ? HELD : 0);
      }
      const long = coord(project, ["lock", "acquire", "long.ts", "--as", "rival"], { env });
      expect(long.code).toBe(lived < 4 * LEASE_MS ? HELD : 0);
      if (long.code === HELD) {
        // From now on it ages like any other; one that was less than a lease ahead ends that much later.
        const status = json(project, statusSchema, ["status"], { env });
        expect(status.totals.locks).toBeGreaterThan(0);
        age(project.state, 5 * LEASE_MS + SLACK_MS);
        expect(acquire(project, "long.ts", "rival", env)).toBe(0);
      }
      expect(faults(project.state)).toEqual([]);
      record({
        check: `a reboot, then a wall clock ${clock.name}`,
        load: { locks: 3, "from the future": isFuture ? "yes" : "no" },
        losses: 0,
      });
    },
    PATIENCE_MS,
  );
}

test(
  "a time in the future is reported once to whoever looks, and set right",
  () => {
    using project = layProject({ git: false });
    expect(acquire(project, "a.ts", "job", {})).toBe(0);
    moveTimes(project.state, (then) => ({ wall_ms: then.wall_ms + 1e10, mono_ms: 9e9, boot: BOOT }));
    const first = coord(project, ["lock", "acquire", "a.ts", "--as", "rival"]);
    expect(first.code).toBe(HELD);
    expect(first.err).toContain("was from the future, and counts from now on");
    expect(coord(project, ["lock", "acquire", "a.ts", "--as", "rival"]).err).not.toContain("from the future");
    expect(coord(project, ["doctor"]).out).toContain("No record is from the future");
    age(project.state, LEASE_MS + 1);
    expect(acquire(project, "a.ts", "rival", {})).toBe(0);
    record({ check: "times in the future, reported and set right", load: { locks: 1 }, losses: 0 });
  },
  PATIENCE_MS,
);
