import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { openApp } from "../../src/app/context.ts";
import { commandIdentity } from "../../src/app/identity.ts";
import { initState } from "../../src/app/init-state.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { SYSTEMS } from "../platform/systems.ts";

for (const sys of SYSTEMS) {
  test(`acquireLocks() on ${sys.name} grants a fence above all earlier ones in the step that finds the ledger broken`, async () => {
    const dir = mkdtempSync(join(tmpdir(), "coord-ledger-"));
    try {
      const app = await openApp({
        native: { sys, darwin: undefined },
        env: { HOME: dir, COORD_DIR: `${dir}/state` },
        cwd: dir,
      });
      initState(app);
      const me = commandIdentity(app, "me", undefined);
      const acquire = async (): Promise<number> =>
        (await acquireLocks([{ app, me, paths: ["a.ts"] }], { intent: "", ttlMs: undefined })).locks[0]?.fence ?? 0;
      const first = await acquire();
      await releaseLock(app, me, "a.ts");
      const files = join(app.workspace.stateDir, "files");
      for (const name of readdirSync(files)) writeFileSync(join(files, name), "");
      const second = await acquire();
      expect(second).toBeGreaterThan(first);
      await releaseLock(app, me, "a.ts");
      expect(await acquire()).toBe(second + 1);
      // A number to which one more makes no difference is a damaged one.
      await releaseLock(app, me, "a.ts");
      writeFileSync(join(app.workspace.stateDir, "floor.json"), '{"schema_version":"1","fence_floor":1.2e301}\n');
      for (const name of readdirSync(files)) writeFileSync(join(files, name), '{"fence": 9007199254740993');
      const third = await acquire();
      await releaseLock(app, me, "a.ts");
      expect(third).toBeGreaterThan(second + 1);
      expect(await acquire()).toBe(third + 1);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
}
