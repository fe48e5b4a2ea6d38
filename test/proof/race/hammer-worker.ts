/**
 * One process of the hammer: takes the real guard again and again, adds one to a counter under it, and acknowledges.
 * It lives in one of two pid namespaces, which are played: the processes of one cannot judge those of the other.
 */
import { isCoordError } from "../../../src/domain/errors.ts";
import { judge } from "../../../src/domain/process.ts";
import { processes } from "../../../src/platform/processes.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { readText, writeAll } from "../../../src/platform/text-file.ts";
import { failed, type Sys } from "../../../src/platform/sys/types.ts";
import { publish } from "../../../src/store/file/atomic-file.ts";
import { acquire, release } from "../../../src/store/file/guard.ts";
import { arena, type Arena } from "./arena.ts";
import { broken, isMutant } from "./mutants.ts";
import { guardPorts, isReallyAlive } from "./namespaces.ts";

/** Holders are stopped for a good part of the time, and nobody queues: one may have to wait long for its turn. */
const WAIT_MS = 5000;
/** One in so many holds the guard a little longer, so that the hammer can hit it there. */
const LINGER = 3;
const LINGER_MS = 2;

async function main([dir, namespace, mutant]: readonly string[]): Promise<void> {
  if (dir === undefined || !isMutant(mutant)) throw new Error("usage: hammer-worker DIR NAMESPACE MUTANT");
  const native = await loadNative();
  const { sys } = native;
  const here = processes(native, judge);
  const at = arena(dir);
  const ports = broken(guardPorts(sys, at.guard, here, Number(namespace)), mutant);
  const note = (what: string): void => append(sys, at.notes, `${what}\n`);
  // A hammer that was killed leaves nobody behind.
  const parent = process.ppid;
  for (let round = 0; process.ppid === parent; round += 1) {
    let held;
    try {
      held = acquire(ports, WAIT_MS);
    } catch (error) {
      const isBusy = isCoordError(error) && error.code === "GUARD_BUSY";
      note(isBusy ? "busy" : `acquire: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    const count = increment(sys, at, held.name, (name) => isReallyAlive(here, name), round);
    if (count === undefined) note("overlap");
    try {
      release(ports, held);
    } catch {
      note("compromised");
      continue;
    }
    if (count !== undefined) append(sys, at.acks, `${count}\n`);
  }
}

/** The critical section. Answers the new count, or undefined when somebody else was inside at the same time. */
function increment(
  sys: Sys,
  at: Arena,
  me: string,
  isAlive: (name: string) => boolean,
  round: number,
): number | undefined {
  const mark = `${at.inside}/${me}`;
  const fd = sys.open(mark, "create");
  if (failed(fd)) throw new Error(`cannot mark: ${fd}`);
  sys.close(fd);
  const alone = (): boolean => {
    const names = sys.list(at.inside);
    return !failed(names) && names.every((name) => name === me || !isAlive(name));
  };
  const before = alone();
  const read = readText(sys, at.counter, 64);
  const count = (failed(read) ? 0 : Number(read.text)) + 1;
  if (round % LINGER === 0) sys.sleepMs(LINGER_MS);
  publish({ sys, tmp: at.tmp }, at.counter, `${count}`);
  const after = alone();
  sys.unlink(mark);
  return before && after ? count : undefined;
}

function append(sys: Sys, path: string, line: string): void {
  const fd = sys.open(path, "append");
  if (failed(fd)) throw new Error(`cannot write ${path}: ${fd}`);
  writeAll(sys, fd, new TextEncoder().encode(line));
  sys.close(fd);
}

void main(process.argv.slice(2));
