/** One write on a disk that has so much room left, and the same one again when there is room. Answers what is wrong. */
import type { Write } from "./full-disk-commands.ts";
import { toldBy, type Scene } from "./full-disk-scene.ts";

export interface Case {
  readonly write: Write;
  /** Blocks or files. */
  readonly free: number;
  /** Bytes in the last block of the history. */
  readonly left: number;
}

export interface Outcome {
  readonly problems: readonly string[];
  /** The disk was too small for it. */
  readonly refused: boolean;
}

/** The cause as users know it, and what to do. */
const CAUSE = /ENOSPC|[Nn]o space left|disk is full/;
const TO_DO = /free some space|[Nn]ext:/;
/** It is done, or will be, whatever the exit code. */
const SAYS_SO =
  /is recorded and the next command finishes it|is logged|are taken over|were taken over before|Done, but/;
const OTHERS = ["b.ts agent-b", "s.ts "];

export async function onFullDisk(scene: Scene, { write, free, left }: Case): Promise<Outcome> {
  const problems: string[] = [];
  scene.restore();
  scene.padEvents(left);
  const before = scene.seen();
  scene.disk.fill(free);
  const ended = await scene.run(write);
  const said = `${ended.stdout}${ended.stderr}`;
  const after = scene.seen();
  const wrong = (what: string): unknown => problems.push(`${what}; it said: ${said.trim().slice(0, 300)}`);
  if (ended.signal !== null) wrong(`It ended by ${ended.signal}`);
  if (/^\s+at .+:\d|undefined|\[object /m.test(said)) wrong("It broke down");
  let failed = ended.exitCode !== 0;
  if (write.stdin !== undefined) failed = hookProblems(write, ended, wrong);
  if (failed && !(CAUSE.test(said) && TO_DO.test(said)))
    wrong(`It failed (${ended.exitCode}) and does not name the cause and what to do`);
  const done = write.done?.(after);
  if (!failed && done === false && write.stdin === undefined) wrong("It says that it is done and is not");
  if (!failed && done === false && write.stdin !== undefined && !CAUSE.test(said))
    wrong("Nothing was locked, and nobody was told");
  if (failed && done === true && write.done?.(before) !== true && !SAYS_SO.test(said))
    wrong("It says that it failed and is done");

  for (const fault of scene.faults())
    if (!(fault.startsWith("journal") && SAYS_SO.test(said))) wrong(`Left behind: ${fault}`);
  for (const lock of before.locks.filter((it) => OTHERS.some((other) => it.startsWith(other)))) {
    const own = lock.startsWith("s.ts") && write.stdin !== undefined;
    if (!own && !after.locks.includes(lock)) wrong(`Lost: the lock ${lock}`);
  }
  for (const title of before.decisions) if (!after.decisions.includes(title)) wrong(`Lost: the decision ${title}`);

  scene.disk.relieve();
  problems.push(
    ...(await afterwards(scene, write)).map(
      (what) => `With room again: ${what}; before it said: ${said.trim().slice(0, 300)}`,
    ),
  );
  return { problems, refused: failed || CAUSE.test(said) };
}

/** Answers whether it could not do its work. */
function hookProblems(write: Write, ended: Parameters<typeof toldBy>[1], wrong: (what: string) => unknown): boolean {
  try {
    const { denied, message } = toldBy(write, ended);
    if (write.must === "deny" && denied?.includes("held by agent-b") !== true) wrong("Another's lock did not bar");
    if (write.must === undefined && denied !== undefined) wrong("It bars what is free");
    return message !== undefined && CAUSE.test(message);
  } catch (error) {
    wrong(error instanceof Error ? error.message : String(error));
    return true;
  }
}

async function afterwards(scene: Scene, write: Write): Promise<readonly string[]> {
  const problems: string[] = [];
  const again = await scene.run(write);
  const said = `${again.stdout}${again.stderr}`;
  // Who has given a lock back, or has gone, has none to give back again.
  const isGone = /^(lock re(lease|new)|instance (unregister|heartbeat))/.test(write.name);
  if (again.exitCode !== 0 && !isGone) problems.push(`again it ended with ${again.exitCode}: ${said.trim()}`);
  if (CAUSE.test(said)) problems.push(`again it said: ${said.trim()}`);
  const status = await scene.run({ name: "status", words: ["status", "--json"] });
  const seen = scene.seen();
  if (status.exitCode !== 0 || !status.stdout.includes('"b.ts"'))
    problems.push(`status: ${status.stdout}${status.stderr}`);
  if (write.done?.(seen) === false) problems.push("it is not done");
  if (!seen.locks.includes("b.ts agent-b")) problems.push("the other lock is lost");
  for (const title of ["By agent-a", "By agent-b"])
    if (!seen.decisions.includes(title)) problems.push(`${title} is lost`);
  return [...problems, ...scene.faults().map((fault) => `left behind: ${fault}`)];
}
