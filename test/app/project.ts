/** Use cases over the memory store: the files are real, the state is not. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Share } from "../../src/app/claim.ts";
import { openApp, type App } from "../../src/app/context.ts";
import { commandIdentity, type Identity } from "../../src/app/identity.ts";
import { initState } from "../../src/app/init-state.ts";
import { loadNative } from "../../src/platform/sys/load.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";

export interface Place extends Disposable {
  readonly app: App;
  readonly as: (id: string) => Identity;
  readonly share: (id: string, ...paths: readonly string[]) => Share;
  readonly write: (name: string, text: string) => void;
  /** Lets time go by. Milliseconds. */
  readonly pass: (ms: number) => void;
}

export async function place(): Promise<Place> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-app-")));
  const opened = await openApp({ native: await loadNative(), env: { HOME: dir, COORD_DIR: `${dir}/state` }, cwd: dir });
  initState(opened);
  let passed = 0;
  const now = () => {
    const { wall_ms, mono_ms, boot } = opened.now();
    return { wall_ms: wall_ms + passed, mono_ms: mono_ms + passed, boot };
  };
  const app: App = { ...opened, now, store: memoryStore({ now }) };
  const as = (id: string): Identity => commandIdentity(app, id, undefined);
  return {
    app,
    as,
    share: (id, ...paths) => ({ app, me: as(id), paths }),
    write: (name, text) => {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    },
    pass: (ms) => {
      passed += ms;
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** What a call threw. */
export async function thrown(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
