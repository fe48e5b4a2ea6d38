/** `coord init` cut off at any of its changes: what it lays down once and never again is whole, or not there yet. */
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApp } from "../../src/app/context.ts";
import { initState } from "../../src/app/init-state.ts";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Sys } from "../../src/platform/sys/types.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { failingAt, killedBefore, wasKilled } from "../store/faults.ts";

/** More changes than making a state folder needs. */
const MANY = 60;

/** Initialises with this `Sys`, then again with a sound one. Answers what the first one threw, and what it left. */
async function initTwice(sound: Sys, broken: Sys) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-init-")));
  const init = async (sys: Sys): Promise<boolean> => {
    const native = { sys, darwin: undefined };
    return initState(await openApp({ native, env: { HOME: dir, COORD_DIR: `${dir}/state` }, cwd: dir }));
  };
  const gitignore = (): string | undefined => {
    const path = join(dir, "state", ".gitignore");
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  try {
    const error: unknown = await init(broken).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const left = gitignore();
    await init(sound);
    return { error, left, whole: gitignore() };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

for (const sys of SYSTEMS) {
  test(`init that is killed leaves a whole .gitignore or none, and init again makes it (${sys.name})`, async () => {
    for (let n = 1; ; n += 1) {
      expect(n).toBeLessThan(MANY);
      const victim = killedBefore(sys, n);
      const { error, left, whole } = await initTwice(sys, victim.sys);
      expect(whole).toContain("!decisions/");
      expect([undefined, whole]).toContain(left);
      if (!victim.dead()) break;
      expect(wasKilled(error)).toBe(true);
    }
  });

  test(`init on a full disk leaves a whole .gitignore or none, and says so (${sys.name})`, async () => {
    for (let n = 1; ; n += 1) {
      expect(n).toBeLessThan(MANY);
      const failing = failingAt(sys, n, "ENOSPC");
      const { error, left, whole } = await initTwice(sys, failing.sys);
      expect(whole).toContain("!decisions/");
      expect([undefined, whole]).toContain(left);
      if (left === undefined) expect(isCoordError(error)).toBe(true);
      if (!failing.refused()) break;
    }
  });
}
