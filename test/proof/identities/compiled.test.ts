/** The same holders met by the compiled binary: recovered by one command, or a message that says what to type. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { judge } from "../../../src/domain/process.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { processes } from "../../../src/platform/processes.ts";
import { heldName } from "../../../src/store/file/token.ts";
import { coord, coordAsync, json, locksSchema, type Ran } from "../../e2e/cli.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { session } from "../../hooks/session.ts";
import { entries, events, faults } from "../../hooks/state.ts";
import { record } from "../evidence.ts";
import { age, bindTo, putToken } from "./forged-state.ts";
import { gather, type Gathering, type Impostor } from "./impostors.ts";

const PATIENCE_MS = 300_000;
/** Whoever is refused has waited for two seconds: several wait at a time. */
const AT_A_TIME = 6;
const LEASE_MS = 300_001;

let gathering: Gathering;
let impostors: readonly Impostor[];

beforeAll(async () => {
  gathering = await gather(processes(await loadNative(), judge));
  impostors = gathering.all.filter((one) => one.hidden !== true);
});
afterAll(() => gathering[Symbol.asyncDispose]());

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

const ACQUIRE = ["lock", "acquire", "a.ts", "--as", "asker"] as const;

/** The words of the command that a refusal tells to type. */
function breakingLine({ err }: Ran): readonly string[] {
  return (/coord (doctor --break-guard \S+)/.exec(err)?.[1] ?? "no such line").split(" ");
}

test(
  "one command recovers the guard of the dead; of others it is refused, with a line that works when it is typed",
  async () => {
    const taken: string[] = [];
    const refused: string[] = [];
    await each(impostors, async ({ who, ref, truth }) => {
      using project = layProject({ git: false });
      const token = heldName(ref, "f00d");
      putToken(project.state, token);
      const first = await coordAsync(project, ACQUIRE);
      if (truth === "dead") {
        expect([who, first.code, first.err]).toEqual([who, 0, ""]);
        expect(events(project.state, "guard_taken_over")).toMatchObject([{ from: token }]);
        taken.push(who);
      } else {
        expect([who, first.code]).toEqual([who, 1]);
        expect(first.err).toContain(`process ${ref.pid} (${truth}, since 2`);
        const line = breakingLine(first);
        expect(line).toEqual(["doctor", "--break-guard", token]);
        for (const other of [heldName({ ...ref, pid: ref.pid - 1 }, "f00d"), `${token}0`, token.slice(0, -1)]) {
          expect((await coordAsync(project, ["doctor", "--break-guard", other])).code).toBe(2);
          expect(entries(join(project.state, "guard"))).toEqual([token]);
        }
        expect([who, (await coordAsync(project, line)).code]).toEqual([who, 0]);
        expect([who, (await coordAsync(project, ACQUIRE)).code]).toEqual([who, 0]);
        refused.push(who);
      }
      expect(faults(project.state)).toEqual([]);
    });
    record({
      check: "guards held by the dead, the living and the unknown, met by the compiled binary",
      load: { recovered: taken.length, "refused and broken by hand": refused.length },
      losses: impostors.length - taken.length - refused.length,
    });
  },
  PATIENCE_MS,
);

test(
  "one command frees the locks of the dead; those of others end with their lease",
  async () => {
    let free = 0;
    let kept = 0;
    await each(impostors, async ({ who, ref, truth }) => {
      using project = layProject({ git: false });
      const register = ["instance", "register", "--as", "holder", "--task", "t", "--role", "r"];
      expect((await coordAsync(project, [...register, "--pid", `${gathering.living.pid}`])).code).toBe(0);
      expect((await coordAsync(project, ["lock", "acquire", "a.ts", "--as", "holder"])).code).toBe(0);
      bindTo(project.state, "holder", ref);
      const atOnce = await coordAsync(project, ACQUIRE);
      expect([who, atOnce.code]).toEqual([who, truth === "dead" ? 0 : 10]);
      if (truth === "dead") free += 1;
      else {
        expect(atOnce.err).toContain("held by holder");
        age(project.state, LEASE_MS);
        expect([who, (await coordAsync(project, ACQUIRE)).code]).toEqual([who, 0]);
        kept += 1;
      }
      const verified = await coordAsync(project, ["lock", "verify", "a.ts", "--as", "asker"]);
      expect([who, verified.code]).toEqual([who, 0]);
      expect(faults(project.state)).toEqual([]);
    });
    record({
      check: "locks of the dead, the living and the unknown, met by the compiled binary",
      load: { "free at once": free, "kept until their lease ended": kept },
      losses: impostors.length - free - kept,
    });
  },
  PATIENCE_MS,
);

const MALFORMED = [
  "held.x",
  "held..",
  "held.a.b.c.1.2",
  "held.a.b.c.01.2.n",
  "held.a.b.c.-1.2.n",
  "held.a.b.c.1e3.2.n",
  "held.a.b.c.4294967297.2.n.more",
  `held.a.b.c.${"9".repeat(100)}.2.n`,
  `held.${"x".repeat(250)}`,
  "held.a b;echo c",
  "held.$(touch x)",
  "held.\u001b[2J",
  "held.-rf",
] as const;

test(
  "a token with a name that coord never gives blocks with a message, and the line that is told ends it",
  async () => {
    await each(MALFORMED, async (token) => {
      using project = layProject({ git: false });
      putToken(project.state, token);
      const first = await coordAsync(project, ACQUIRE);
      expect([token, first.code]).toEqual([token, 1]);
      expect(first.err).not.toContain("\u001b");
      expect(entries(join(project.state, "guard"))).toEqual([token]);
      if (/^[\w.-]+$/.test(token)) expect((await coordAsync(project, breakingLine(first))).code).toBe(0);
      else {
        const { out } = await coordAsync(project, ["doctor"]);
        expect(out).not.toContain("\u001b");
        // A name that no terminal may show can only be removed by hand.
        const line = token.includes("\u001b") ? "rm guard/held*; touch guard/free" : /mv \S*guard\/.*$/m.exec(out)?.[0];
        const done = Bun.spawnSync(["sh", "-c", line ?? "false"], { cwd: project.state });
        expect([token, done.exitCode]).toEqual([token, 0]);
        expect(project.has("x")).toBe(false);
      }
      expect([token, (await coordAsync(project, ACQUIRE)).code]).toEqual([token, 0]);
    });
    record({ check: "tokens with malformed names", load: { names: MALFORMED.length }, losses: 0 });
  },
  PATIENCE_MS,
);

test(
  "a hook that meets a stopped holder lets the call go on, and tells the user once who it is",
  async () => {
    using project: Project = layProject({ files: { "a.ts": "1\n" } });
    const a = session(project);
    await a.start();
    const stopped = impostors.find(({ who }) => who === "a child that is stopped");
    if (stopped === undefined) throw new Error("nobody is stopped");
    putToken(project.state, heldName(stopped.ref, "f00d"));
    const told = await a.write("a.ts", "2\n");
    expect(told.denied).toBeUndefined();
    expect(told.message).toContain(`process ${stopped.ref.pid} (alive, since `);
    expect(told.message).toContain("--break-guard held.");
    expect((await a.write("a.ts", "3\n")).message).toBeUndefined();
    // It goes on by itself once the holder does.
    coord(project, ["doctor", "--break-guard", heldName(stopped.ref, "f00d")]);
    await a.write("a.ts", "4\n");
    expect(json(project, locksSchema, ["lock", "list"]).locks.length).toBe(1);
  },
  PATIENCE_MS,
);
