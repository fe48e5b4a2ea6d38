/**
 * One of the processes that want the same path: takes it and gives it back for a while, as the hooks do. Says "ready",
 * begins when it is sent a line, and in the end prints how long it waited each time and how long it held.
 *
 *   bun contender.ts PROJECT NAME SECONDS
 */
import { checkWrite } from "../../src/app/check-write.ts";
import { openApp, type App } from "../../src/app/context.ts";
import { commandIdentity } from "../../src/app/identity.ts";
import { typedPath } from "../../src/app/paths.ts";
import { releaseHeld } from "../../src/app/release-held.ts";
import { loadNative } from "../../src/platform/sys/load.ts";

export interface Contention {
  /** Milliseconds from asking for the path to having it, each time. */
  readonly waits: readonly number[];
  /** Milliseconds from having it to having given it back. */
  readonly holds: readonly number[];
}

async function contend(app: App, name: string, seconds: number): Promise<Contention> {
  const me = commandIdentity(app, name, process.pid);
  const path = typedPath(app, "src/a.ts");
  const waits: number[] = [];
  const holds: number[] = [];
  const end = Bun.nanoseconds() + seconds * 1e9;
  for (let turn = 0; Bun.nanoseconds() < end; turn += 1) {
    const asked = Bun.nanoseconds();
    const request = {
      path,
      me,
      toolUseId: `${name}-${turn}`,
      oldStrings: undefined,
      deadline: Number.POSITIVE_INFINITY,
    };
    let answer = await checkWrite(app, request);
    while (answer.answer === "held") answer = await checkWrite(app, request);
    if (answer.answer !== "granted") throw new Error(`The path should be granted, but: ${answer.answer}`);
    const had = Bun.nanoseconds();
    await releaseHeld(app, name, ["tool"]);
    waits.push((had - asked) / 1e6);
    holds.push((Bun.nanoseconds() - had) / 1e6);
  }
  return { waits, holds };
}

async function main([project = "", name = "", seconds = "1"]: readonly string[]): Promise<void> {
  const app = await openApp({ native: await loadNative(), env: process.env, cwd: project });
  await Bun.write(Bun.stdout, "ready\n");
  for await (const _line of console) break;
  await Bun.write(Bun.stdout, `${JSON.stringify(await contend(app, name, Number(seconds)))}\n`);
}

main(process.argv.slice(2)).catch(async (error: unknown) => {
  await Bun.write(Bun.stderr, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
