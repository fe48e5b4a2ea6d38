/** Holders in other places: another user's, another pid namespace's, another time namespace's. Nothing is forged here. */
import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "../../../src/domain/process.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { processes } from "../../../src/platform/processes.ts";
import { heldName } from "../../../src/store/file/token.ts";
import { coord, type Ran } from "../../e2e/cli.ts";
import { BINARY, layProject, until, type Project } from "../../hooks/project.ts";
import { entries } from "../../hooks/state.ts";
import { record } from "../evidence.ts";
import { age, bindTo, putToken } from "./forged-state.ts";
import { gather, UNSHARE } from "./impostors.ts";

const PATIENCE_MS = 60_000;
const LEASE_MS = 300_001;
const IS_ROOT = process.getuid?.() === 0;
/** `nobody`, who may neither signal our processes nor, with hidepid, see them. */
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;
const HIDING = ["unshare", "--mount", "sh", "-c", 'mount -t proc -o hidepid=2 proc /proc && exec "$@"', "sh"] as const;
const ACQUIRE = ["lock", "acquire", "a.ts", "--as", "asker"] as const;
const HOLD = ["lock", "acquire", "a.ts", "--as", "holder"] as const;

/** Runs a program to its end in the project. */
function run(project: Project, argv: readonly string[]): Ran {
  const done = Bun.spawnSync([...argv], { cwd: project.dir, env: project.env, stdin: "ignore", timeout: PATIENCE_MS });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

/** A lock whose holder is bound to the process. */
function holdFor(project: Project, pid: number): void {
  const register = ["instance", "register", "--as", "holder", "--task", "t", "--role", "r", "--pid", `${pid}`];
  for (const words of [register, HOLD]) expect([words, coord(project, words).code]).toEqual([words, 0]);
}

for (const [how, wrap] of [
  ["may not signal", []],
  ["may neither signal nor see", HIDING],
] as const) {
  test.skipIf(!IS_ROOT)(
    `a holder that this user ${how} is alive, and one that is gone is dead (needs root, to be two users)`,
    async () => {
      await using gathering = await gather(processes(await loadNative(), judge));
      using project = layProject({ git: false });
      // Where it can be reached by everybody.
      const binary = join(project.root, "coord");
      copyFileSync(BINARY, binary);
      holdFor(project, gathering.living.pid);
      chmodSync(binary, 0o755);
      Bun.spawnSync(["chown", "-R", "65534:65534", project.root]);
      const asNobody = (...words: readonly string[]): Ran => run(project, [...wrap, ...NOBODY, binary, ...words]);

      const signalled = run(project, [...wrap, ...NOBODY, "sh", "-c", `kill -0 ${gathering.living.pid}`]);
      expect(signalled.err).toContain("not permitted");
      expect(asNobody(...ACQUIRE).code).toBe(10);
      const token = heldName(gathering.living, "f00d");
      putToken(project.state, token);
      Bun.spawnSync(["chown", "-R", "65534:65534", project.root]);
      const refused = asNobody(...ACQUIRE);
      expect(refused.err).toContain(`process ${gathering.living.pid} (alive, since `);
      expect(asNobody("doctor", "--break-guard", token).code).toBe(0);

      const past = gathering.all.find(({ who }) => who === "a child that was killed");
      if (past === undefined) throw new Error("nobody was killed");
      bindTo(project.state, "holder", past.ref);
      putToken(project.state, heldName(past.ref, "f00d"));
      Bun.spawnSync(["chown", "-R", "65534:65534", project.root]);
      const granted = asNobody(...ACQUIRE);
      expect([granted.code, granted.err]).toEqual([0, ""]);
      expect(entries(join(project.state, "guard"))).toEqual(["free"]);
      record({
        check: `holders of another user that one ${how}`,
        load: { alive: 2, dead: 2 },
        losses: 0,
      });
    },
    PATIENCE_MS,
  );
}

test(
  "what a container's process holds is not judged from outside: its locks end with their lease",
  async () => {
    using project = layProject({ git: false });
    const script = `${BINARY} instance register --as holder --task t --role r --pid $$ && ${BINARY} ${HOLD.join(" ")} && exec cat`;
    const inside = ["--fork", "--pid", "--kill-child", "--mount-proc", "sh", "-c", script];
    const container = Bun.spawn([...UNSHARE, ...inside], {
      cwd: project.dir,
      env: project.env,
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
    });
    try {
      await until("the container holds it", () => entries(join(project.state, "locks")).length === 1);
      expect(readFileSync(join(project.state, "heartbeats", "holder.json"), "utf8")).toContain('"pid":1,');
      expect(coord(project, ACQUIRE).code).toBe(10);
    } finally {
      container.kill("SIGKILL");
      await container.exited;
    }
    // Nobody outside can know that it has ended.
    expect(coord(project, ACQUIRE).code).toBe(10);
    age(project.state, LEASE_MS);
    expect(coord(project, ACQUIRE).code).toBe(0);
    record({ check: "a lock from inside a pid namespace", load: { asked: 3 }, losses: 0 });
  },
  PATIENCE_MS,
);

test(
  "start times that a time namespace shifts prove nobody dead, and its clock ends no lock",
  async () => {
    await using gathering = await gather(processes(await loadNative(), judge));
    let refused = 0;
    for (const shift of [1, 100_000, 10_000_000]) {
      using project = layProject({ git: false });
      const elsewhere = (...clocks: readonly string[]): readonly string[] => [...UNSHARE, "--time", ...clocks, BINARY];
      const shifted = elsewhere("--boottime", `${shift}`, "--monotonic", `${shift}`);
      holdFor(project, gathering.living.pid);
      for (const where of [shifted, elsewhere("--monotonic", `${shift}`), elsewhere("--boottime", `${shift}`)]) {
        expect([where, run(project, [...where, ...ACQUIRE]).code]).toEqual([where, 10]);
        refused += 1;
      }
      putToken(project.state, heldName(gathering.living, "f00d"));
      const blocked = run(project, [...shifted, ...ACQUIRE]);
      expect(blocked.err).toContain(`process ${gathering.living.pid} (unknown, since `);
      refused += 1;
      putToken(project.state, "free");
      // The other way round: what was taken in there lives as long as anything else.
      expect(run(project, [...shifted, "lock", "acquire", "b.ts", "--as", "holder"]).code).toBe(0);
      const other = elsewhere("--boottime", `${shift * 3}`, "--monotonic", `${shift * 3}`);
      for (const where of [[BINARY], other]) {
        expect(run(project, [...where, "lock", "acquire", "b.ts", "--as", "asker"]).code).toBe(10);
        refused += 1;
      }
      age(project.state, LEASE_MS);
      expect(run(project, [...shifted, ...ACQUIRE]).code).toBe(0);
    }
    record({ check: "live holders met from time namespaces", load: { refused }, losses: 0 });
  },
  PATIENCE_MS,
);
