/** What the engine itself takes, without the start of a process: on a disk, and in memory. */
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import type { App } from "../../src/app/context.ts";
import { heartbeat } from "../../src/app/heartbeat.ts";
import { commandIdentity, type Identity } from "../../src/app/identity.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { openProject } from "./app.ts";
import { fileSystemOf, type Setting, type Suite } from "./setting.ts";
import { median, percentile } from "./stats.ts";

const FILES = Array.from({ length: 50 }, (_, i) => `src/module-${i}.ts`);

export const inProcess: Suite = async (setting) => {
  await onFolder(setting, setting.disk, 1);
  if (setting.memory === undefined)
    setting.report({ name: "acquire + release on tmpfs", why: "skipped: no /dev/shm here" });
  else await onFolder(setting, setting.memory, 0.4);
};

async function onFolder(setting: Setting, folder: string, acquireBarMs: number): Promise<void> {
  const where = `in-process, ${fileSystemOf(folder) ?? "unknown file system"}`;
  const project = setting.project(folder, Object.fromEntries(FILES.map((file) => [file, `// ${file}\n`.repeat(100)])));
  const app = await openProject(project);
  const me = commandIdentity(app, "bench", process.pid);
  const loops = setting.quick ? 300 : 3000;
  const locks = await loop(loops, (i) => acquireAndRelease(app, me, FILES[i % FILES.length] ?? ""));
  const beats = await loop(loops, () => heartbeat(app, me, { mayRegister: true, renew: true }));
  report(setting, `acquire + release, ${where}`, locks, acquireBarMs);
  report(setting, `heartbeat, ${where}`, beats, 0.15);
}

async function acquireAndRelease(app: App, me: Identity, path: string): Promise<void> {
  await acquireLocks([{ app, me, paths: [path] }], { intent: "", ttlMs: undefined });
  await releaseLock(app, me, path);
}

function report(setting: Setting, name: string, times: readonly number[], most: number): void {
  const note = `p95 ${percentile(times, 0.95).toFixed(3)} ms, p99 ${percentile(times, 0.99).toFixed(3)} ms`;
  setting.report({ name, unit: "ms", measured: median(times), bar: { most }, note });
}

/** Milliseconds of each call, after a tenth as many that do not count. */
async function loop(times: number, call: (i: number) => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = -Math.ceil(times / 10); i < times; i += 1) {
    const started = Bun.nanoseconds();
    await call(i + times);
    if (i >= 0) taken.push((Bun.nanoseconds() - started) / 1e6);
  }
  return taken;
}
