/**
 * A contest of whole processes for one path. All are started and wait for their input, each on a FIFO of its own; when
 * the last one waits, all inputs are written at once. So what is raced is the work, not the start of processes.
 */
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { O_RDWR } = constants;

export interface Contender {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from stdin, one line. */
  readonly input: string;
}

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Track {
  readonly contest: (contenders: readonly Contender[]) => Promise<readonly Result[]>;
  readonly close: () => void;
}

/** A track for up to `lanes` contenders at a time. */
export function track(lanes: number): Track {
  const dir = mkdtempSync(join(tmpdir(), "coord-race-"));
  const fifos = Array.from({ length: lanes }, (_, i) => {
    const path = join(dir, `fifo-${i}`);
    Bun.spawnSync(["mkfifo", path]);
    // Open for both, so that neither side ever waits for the other to come.
    return openSync(path, O_RDWR);
  });
  return {
    contest: async (contenders) => {
      const running = contenders.map(({ command, cwd, env, input }, lane) => {
        const fifo = fifos[lane];
        if (fifo === undefined) throw new Error(`only ${lanes} lanes`);
        const child = Bun.spawn([...command], { cwd, env: { ...env }, stdin: fifo, stdout: "pipe", stderr: "pipe" });
        return { child, fifo, input };
      });
      for (const { child } of running) while (!isWaiting(child.pid) && child.exitCode === null) await Bun.sleep(0.2);
      for (const { fifo, input } of running) writeSync(fifo, input);
      return Promise.all(
        running.map(async ({ child }) => {
          const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
          return { exitCode: await child.exited, stdout, stderr };
        }),
      );
    },
    close: () => {
      for (const fifo of fifos) closeSync(fifo);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** True once the process sleeps in poll(2), which is how coord waits for its input, or in read(2), as a shell does. */
function isWaiting(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    return /poll_schedule|do_(sys_)?p?poll|pipe_(read|wait)/.test(readFileSync(`/proc/${pid}/wchan`, "utf8"));
  } catch {
    // Where the kernel does not tell: without the barrier it is a race all the same.
    return true;
  }
}
