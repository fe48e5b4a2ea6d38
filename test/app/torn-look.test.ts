/** A lock and its ledger are two files: what somebody does between the two looks must not make an answer of both. */
import { expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { checkLock, verifyLock } from "../../src/app/check-lock.ts";
import { openApp, type App } from "../../src/app/context.ts";
import { forceReleaseLock } from "../../src/app/force-release.ts";
import { commandIdentity } from "../../src/app/identity.ts";
import { initState } from "../../src/app/init-state.ts";
import { stakeIn } from "../../src/app/stake.ts";
import { loadNative } from "../../src/platform/sys/load.ts";

const PLAIN = { intent: "", ttlMs: undefined };

const LOOKS = {
  checkLock: (app: App) => checkLock(app, commandIdentity(app, "a", undefined), "a.ts"),
  verifyLock: (app: App) => verifyLock(app, commandIdentity(app, "a", undefined), "a.ts", undefined),
  stakeIn: (app: App) => stakeIn(app, commandIdentity(app, "a", undefined), "a.ts"),
} as const;

for (const [name, look] of Object.entries(LOOKS)) {
  test(`${name}() of one whose lock was ended by force names who takes the path while it looks`, async () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-app-")));
    try {
      const native = await loadNative();
      const where = { env: { HOME: dir, COORD_DIR: `${dir}/state` }, cwd: dir };
      const app = await openApp({ native, ...where });
      initState(app);
      const as = (id: string) => ({ app, me: commandIdentity(app, id, undefined), paths: ["a.ts"] });
      const { locks } = await acquireLocks([as("a")], PLAIN);
      await forceReleaseLock(app, as("c").me, "a.ts", locks[0]?.lock_id ?? "");
      let taken: Promise<unknown> | undefined;
      const sys: App["sys"] = {
        ...native.sys,
        open: (path, mode) => {
          // The lock has been looked at, the ledger has not. It is taken before this returns.
          if (path.includes("/files/")) taken ??= acquireLocks([as("b")], PLAIN);
          return native.sys.open(path, mode);
        },
      };
      const found = await look(await openApp({ native: { ...native, sys }, ...where }));
      await taken;
      expect(taken).toBeDefined();
      const theirs = { locked_by: { instance_id: "b" }, fence: 2 };
      expect(found).toMatchObject("stake" in found ? { stake: { to: "b", by: theirs } } : { lock: theirs });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
}
