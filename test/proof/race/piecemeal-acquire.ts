/** `lock acquire` path by path, without giving back: the race has to show somebody who has one of two. */
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { openApp } from "../../../src/app/context.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";

async function main([id, ...paths]: readonly string[]): Promise<void> {
  const app = await openApp({ native: await loadNative(), env: process.env, cwd: process.cwd() });
  const me = commandIdentity(app, id, undefined);
  try {
    for (const path of paths) await acquireLocks([{ app, me, paths: [path] }], { intent: "", ttlMs: undefined });
  } catch (error) {
    process.exitCode = isCoordError(error) && error.code === "LOCK_HELD" ? 10 : 1;
  }
}

void main(process.argv.slice(2));
