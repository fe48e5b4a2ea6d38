/**
 * One of the processes that want a path: takes it and gives it back for a while. Says "ready", begins when it is sent a
 * line, and in the end prints how long it waited each time and how long it held.
 *
 *   bun contender.ts WAY PROJECT NAME PATH SECONDS
 */
import { openTaker, WAYS, type Taker } from "./takers.ts";

export interface Contention {
  /** Milliseconds from asking for the path to having it, each time. */
  readonly waits: readonly number[];
  /** Milliseconds from having it to having given it back. */
  readonly holds: readonly number[];
  /** How often it was turned away, and had to ask again. */
  readonly turnedAway: number;
  /** From its beginning to its last release: above what was asked for by as much as its last turn took. */
  readonly elapsedMs: number;
}

async function contend({ take, give }: Taker, seconds: number): Promise<Contention> {
  const waits: number[] = [];
  const holds: number[] = [];
  let turnedAway = 0;
  const began = Bun.nanoseconds();
  while (Bun.nanoseconds() < began + seconds * 1e9) {
    const asked = Bun.nanoseconds();
    turnedAway += await take();
    const had = Bun.nanoseconds();
    turnedAway += await give();
    waits.push((had - asked) / 1e6);
    holds.push((Bun.nanoseconds() - had) / 1e6);
  }
  return { waits, holds, turnedAway, elapsedMs: (Bun.nanoseconds() - began) / 1e6 };
}

/** The first turns of a process compile what they run: they are had on a path that nobody else wants. */
async function warmUp({ take, give }: Taker): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await take();
    await give();
  }
}

async function main([
  wayName = "",
  project = "",
  name = "",
  path = "",
  seconds = "1",
]: readonly string[]): Promise<void> {
  const way = WAYS.find((known) => known === wayName);
  if (way === undefined) throw new Error(`"${wayName}" is none of ${WAYS.join(", ")}`);
  const taker = await openTaker(way, { project, name, path });
  await warmUp(await openTaker(way, { project, name, path: `src/warm-up-of-${name}.ts` }));
  await Bun.write(Bun.stdout, "ready\n");
  for await (const _line of console) break;
  await Bun.write(Bun.stdout, `${JSON.stringify(await contend(taker, Number(seconds)))}\n`);
}

main(process.argv.slice(2)).catch(async (error: unknown) => {
  await Bun.write(Bun.stderr, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
