/** What a way to judge does with the holders of a guard and of locks: every rule that it breaks, a line each. */
import { mkdtempSync, readdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { openApp, type App } from "../../../src/app/context.ts";
import type { Identity } from "../../../src/app/identity.ts";
import { initState } from "../../../src/app/init-state.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import type { Judge } from "../../../src/domain/process.ts";
import { later } from "../../../src/domain/time.ts";
import type { Processes } from "../../../src/platform/processes.ts";
import type { Native } from "../../../src/platform/sys/load.ts";
import { acquire, guardPorts, initGuard } from "../../../src/store/file/guard.ts";
import { layoutOf } from "../../../src/store/file/layout.ts";
import { heldName } from "../../../src/store/file/token.ts";
import type { Impostor } from "./impostors.ts";
import { judging } from "./judges.ts";

/** No wait at all: one look has to do for the dead. */
const ONE_LOOK_MS = 0;
/** One lease, and a little. */
const LEASE_MS = 300_001;

export async function brokenRules(
  native: Native,
  rule: Judge,
  impostors: readonly Impostor[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const impostor of impostors) {
    const here = judging(native, rule, impostor.hidden === true);
    const about = (what: string): string => `${impostor.who}: ${what}`;
    found.push(
      ...guardRules(native, here, impostor).map(about),
      ...(await lockRules(native, here, impostor)).map(about),
    );
  }
  return found;
}

/** The guard is taken from the dead in one step, and from nobody else. */
function guardRules(native: Native, here: Processes, { ref, truth }: Impostor): readonly string[] {
  const dir = join(mkdtempSync(join(tmpdir(), "coord-identity-")), "guard");
  const ports = guardPorts({ sys: native.sys, dir, self: here.self, judge: here.judge });
  const token = heldName(ref, "f00d");
  try {
    initGuard(ports);
    renameSync(join(dir, "free"), join(dir, token));
    try {
      const held = acquire(ports, ONE_LOOK_MS);
      const tokens = readdirSync(dir).join();
      if (truth !== "dead") return ["its guard was taken"];
      return held.takenFrom === token && tokens === held.name ? [] : [`after the takeover there is ${tokens}`];
    } catch (error) {
      if (!isCoordError(error) || error.code !== "GUARD_BUSY") throw error;
      if (truth === "dead") return ["its guard was not taken in one step"];
      const { message, hint = "" } = error;
      const rightly =
        message.includes(`process ${ref.pid} (${truth}, since `) && hint.endsWith(`--break-guard ${token}`);
      return rightly && readdirSync(dir).join() === token ? [] : [`the refusal says: ${message}; ${hint}`];
    }
  } finally {
    rmSync(join(dir, ".."), { recursive: true, force: true });
  }
}

/** A lock of the dead is free at once, everybody else's at the end of its lease and not before. */
async function lockRules(native: Native, here: Processes, { ref, truth }: Impostor): Promise<readonly string[]> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-identity-")));
  try {
    const env = { HOME: dir, COORD_DIR: join(dir, "state") };
    const app = await openApp({ native, env, cwd: dir, processes: here });
    initState(app);
    await take(app, { ...NOBODY, id: "holder", process: ref });
    const other: Identity = { ...NOBODY, id: "other" };
    const atOnce = await isGranted(app, other);
    if (atOnce !== (truth === "dead")) return [`its lock was ${atOnce ? "" : "not "}free at once`];
    if (atOnce) return [];
    const afterLease: App = { ...app, now: () => later(app.now(), LEASE_MS) };
    if (!(await isGranted(afterLease, other))) return ["its lock did not end with its lease"];
    const guard = readdirSync(layoutOf(app.workspace.stateDir).guard).join();
    return guard === "free" ? [] : [`the guard is left as ${guard}`];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const NOBODY: Identity = { id: "", sessionId: null, agentId: null, role: undefined, process: null };
const PATH = "a.ts";

async function take(app: App, me: Identity): Promise<void> {
  await acquireLocks([{ app, me, paths: [PATH] }], { intent: "", ttlMs: undefined });
}

async function isGranted(app: App, me: Identity): Promise<boolean> {
  try {
    await take(app, me);
    return true;
  } catch (error) {
    if (isCoordError(error) && error.code === "LOCK_HELD") return false;
    throw error;
  }
}
