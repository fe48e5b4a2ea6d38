/**
 * Processes in every condition, and names that claim to be one: who they say they are, and what may be said of them.
 * Ground truth, made by hand from how each was brought about, never by asking coord.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRef, Verdict } from "../../../src/domain/process.ts";
import { parseProcStat } from "../../../src/platform/linux-processes.ts";
import type { Processes } from "../../../src/platform/processes.ts";
import { until } from "../../hooks/project.ts";

export interface Impostor {
  readonly who: string;
  readonly ref: ProcessRef;
  readonly truth: Verdict;
  /** /proc does not show it to whoever judges, who may not signal it either. */
  readonly hidden?: boolean;
}

export interface Gathering extends AsyncDisposable {
  readonly all: readonly Impostor[];
  /** A process that lives as long as this does. */
  readonly living: ProcessRef;
}

/** Above every number that Linux gives (PID_MAX_LIMIT), and one that does not fit 32 bits. */
const NO_PID = 4_194_305;
const HUGE_PID = 9_999_999_999;

/** One thread goes on after the first one, whose number the process bears, has ended. */
const LEADERLESS = [
  "import ctypes, threading, sys",
  "threading.Thread(target=sys.stdin.read).start()",
  `ctypes.CDLL(None).syscall(${process.arch === "arm64" ? 93 : 60}, 0)`,
].join("\n");

/** Says the number of a child that has ended and that nobody fetches. */
const UNFETCHED = [
  "import os, sys",
  "pid = os.fork()",
  "if pid == 0: os._exit(0)",
  "print(pid, flush=True)",
  "sys.stdin.read()",
].join("\n");

/** `here` only names the machine. */
export async function gather(here: Processes): Promise<Gathering> {
  const children: Bun.Subprocess<"pipe", "pipe", "ignore">[] = [];
  // Each ends with its stdin at the latest, also when this runner is killed.
  const spawn = (...command: readonly string[]): Bun.Subprocess<"pipe", "pipe", "ignore"> => {
    const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "ignore" });
    children.push(child);
    return child;
  };
  const me = here.self();
  const refOf = (pid: number): ProcessRef => ({ ...me, pid, start: statOf(pid).start });

  const living = refOf(spawn("cat").pid);
  const stopped = spawn("cat");
  stopped.kill("SIGSTOP");
  await until("the child stops", () => statOf(stopped.pid).state === "T");
  const leader = spawn("python3", "-c", LEADERLESS);
  await until("the leader has ended", () => statOf(leader.pid).state === "Z" && statOf(leader.pid).threads > 1);
  const undertaker = spawn("python3", "-c", UNFETCHED);
  const corpse = Number(await firstLine(undertaker));
  await until("the child is a zombie", () => statOf(corpse).state === "Z");
  const killed = spawn("cat");
  const past = refOf(killed.pid);
  killed.kill("SIGKILL");
  await killed.exited;
  const [pidns, insidePid] = await container(spawn);
  const alien: ProcessRef = { ...me, pidns, pid: insidePid };

  const other = { host: "0therh0st", boot: "0therb00t" } as const;
  const reused = { start: String(Number(living.start) - 1) } as const;
  const impostor = (who: string, truth: Verdict, ref: ProcessRef): Impostor => ({ who, truth, ref });
  return {
    living,
    all: [
      impostor("a child that runs", "alive", living),
      impostor("a child that is stopped", "alive", refOf(stopped.pid)),
      impostor("a process whose leader has ended while a thread goes on", "alive", refOf(leader.pid)),
      impostor("a process whose start time was never known", "alive", { ...living, start: "0" }),
      { ...impostor("a process of another user, hidden in /proc", "alive", living), hidden: true },
      impostor("a number that fits no process", "alive", { ...living, pid: HUGE_PID }),
      impostor("a zombie", "dead", refOf(corpse)),
      impostor("a zombie under a number that was another's", "dead", { ...refOf(corpse), ...reused }),
      impostor("a child that was killed", "dead", past),
      impostor("a number that nobody has", "dead", { ...living, pid: NO_PID }),
      impostor("a number that has been given to another since", "dead", { ...living, ...reused }),
      impostor("this very number at another start", "dead", { ...me, start: "1" }),
      impostor("a start time beyond all numbers", "dead", { ...living, start: "9".repeat(60) }),
      impostor("a process of the boot before, whose number runs again", "dead", { ...living, boot: other.boot }),
      impostor("a process of the boot before, in another namespace", "dead", { ...alien, boot: other.boot }),
      impostor("a process of another namespace", "unknown", alien),
      impostor("a number of another namespace that nobody has here", "unknown", { ...alien, pid: NO_PID }),
      impostor("a number of another namespace that another has here", "unknown", { ...living, pidns, ...reused }),
      impostor("a process of another machine", "unknown", { ...living, host: other.host }),
      impostor("a number of another machine that nobody has here", "unknown", {
        ...living,
        host: other.host,
        pid: NO_PID,
      }),
      impostor("a process of another machine and boot", "unknown", { ...living, ...other }),
      impostor("a process of a boot that could not be read", "unknown", { ...living, boot: "0", pid: NO_PID }),
    ],
    [Symbol.asyncDispose]: async () => {
      for (const child of children) {
        child.kill("SIGKILL");
        await child.exited;
      }
    },
  };
}

/** A process in a pid namespace of its own: that namespace's number, and the process's number in there. */
async function container(
  spawn: (...command: readonly string[]) => Bun.Subprocess<"pipe", "pipe", "ignore">,
): Promise<readonly [string, number]> {
  const outside = spawn(...UNSHARE, "--fork", "--pid", "--kill-child", "--mount-proc", "sh", "-c", "echo $$; exec cat");
  const pid = Number(await firstLine(outside));
  const [child = ""] = readFileSync(`/proc/${outside.pid}/task/${outside.pid}/children`, "utf8").split(" ");
  const namespace = /\d+/.exec(readlinkSync(`/proc/${child}/ns/pid`))?.[0];
  if (namespace === undefined || namespace === /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0]) {
    throw new Error("unshare made no namespace");
  }
  return [namespace, pid];
}

/** Namespaces are root's to make, or those of whoever is root in a user namespace of his own. */
export const UNSHARE: readonly string[] =
  process.getuid?.() === 0 ? ["unshare"] : ["unshare", "--user", "--map-root-user"];

function statOf(pid: number): { readonly state: string; readonly threads: number; readonly start: string } {
  const stat = parseProcStat(readFileSync(join("/proc", String(pid), "stat"), "utf8"));
  if (stat === undefined) throw new Error(`cannot read the state of process ${pid}`);
  return stat;
}

async function firstLine(child: Bun.Subprocess<"pipe", "pipe", "ignore">): Promise<string> {
  const reader = child.stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`ended after "${text}"`);
    text += new TextDecoder().decode(value);
  }
  return text;
}
