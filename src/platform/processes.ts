import type { Judge, PidFacts, ProcessRef, Verdict } from "../domain/process.ts";
import { parseBsdInfo, type Darwin } from "./sys/darwin.ts";
import type { Native } from "./sys/load.ts";
import { readText } from "./text-file.ts";
import { failed, type Sys } from "./sys/types.ts";
import { timeShift } from "./time-namespace.ts";

/** Who this process is, and whether others live. Everything is read at most once per process. */
export interface Processes {
  readonly self: () => ProcessRef;
  /** Now on the monotonic clock that all processes of a boot share, and the boot; "0" where it is not to be had. */
  readonly clock: () => { readonly monoMs: number; readonly boot: string };
  /** A process of this machine and namespace, or undefined when it is not there or cannot be looked at. */
  readonly find: (pid: number) => ProcessRef | undefined;
  readonly judge: (ref: ProcessRef) => Verdict;
  /** The nearest ancestor whose command is one of `names`; undefined where the system does not tell. */
  readonly ancestor: (names: readonly string[]) => ProcessRef | undefined;
}

interface Machine {
  readonly host: string;
  readonly boot: string;
  readonly pidns: string;
}

interface Here {
  readonly machine: Machine;
  /** `TimeShift.monotonicMs`. */
  readonly clockShiftMs: number | undefined;
}

interface Source {
  readonly here: () => Here;
  readonly facts: (pid: number) => PidFacts;
  readonly parent: (pid: number) => { readonly ppid: number; readonly command: string } | undefined;
}

/** Deeper than any chain of shells between a client and its hook. */
const MAX_ANCESTORS = 12;

/** `judge` is the rule by which facts become a verdict: domain/process.ts. */
export function processes(native: Native, judge: Judge): Processes {
  const source = native.darwin === undefined ? linuxSource(native.sys) : darwinSource(native.darwin);
  let known: Here | undefined;
  let me: ProcessRef | undefined;
  const here = (): Here => (known ??= source.here());
  const refOf = (pid: number, start: string): ProcessRef => ({ ...here().machine, pid, start });
  const self = (): ProcessRef => {
    if (me === undefined) {
      const facts = source.facts(process.pid);
      me = refOf(process.pid, facts.found === "yes" ? facts.start : "0");
    }
    return me;
  };
  const find = (pid: number): ProcessRef | undefined => {
    const facts = source.facts(pid);
    return facts.found === "yes" && !facts.zombie ? refOf(pid, facts.start) : undefined;
  };
  return {
    self,
    clock: () => {
      const { machine, clockShiftMs } = here();
      const boot = clockShiftMs === undefined ? "0" : machine.boot;
      return { monoMs: native.sys.monotonicMs() - (clockShiftMs ?? 0), boot };
    },
    find,
    judge: (ref) => judge(ref, self(), source.facts),
    ancestor: (names) => {
      let pid = process.ppid;
      for (let depth = 0; depth < MAX_ANCESTORS && pid > 1; depth += 1) {
        const parent = source.parent(pid);
        if (parent === undefined) return undefined;
        if (names.includes(parent.command)) return find(pid);
        pid = parent.ppid;
      }
      return undefined;
    },
  };
}

/** True when the system says for certain that there is no such process; EPERM means that there is one. */
function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

function shortHash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 12);
}

/** The name of a boot as it stands in file names: no dots, no dashes. */
function shortBoot(uuid: string): string {
  return uuid.replaceAll("-", "").toLowerCase().slice(0, 16);
}

/** No regular expressions here: compiling one costs a hook more than all that is read. */
function isDigits(text: string): boolean {
  return text !== "" && digitsOf(text) === text;
}

/** The first run of digits in `pid:[4026531836]`, "0" where there is none. */
function digitsOf(text: string): string {
  let start = 0;
  while (start < text.length && !isDigit(text.charCodeAt(start))) start += 1;
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return start === end ? "0" : text.slice(start, end);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

interface ProcStat {
  readonly command: string;
  readonly state: string;
  readonly ppid: number;
  readonly threads: number;
  readonly start: string;
}

/** Parses /proc/PID/stat (proc(5)); the command may hold spaces and parentheses. */
export function parseProcStat(text: string): ProcStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ");
  const [state, ppid] = fields;
  // Fields 20 and 22 of proc(5); the list here starts with field 3.
  const threads = fields[17];
  const start = fields[19];
  if (state === undefined || ppid === undefined || threads === undefined || start === undefined) return undefined;
  if (!isDigits(start)) return undefined;
  return { command: text.slice(open + 1, close), state, ppid: Number(ppid), threads: Number(threads), start };
}

function linuxSource(sys: Sys): Source {
  const stat = (pid: number): ProcStat | undefined => {
    const answer = readText(sys, `/proc/${pid}/stat`, 4096);
    return failed(answer) ? undefined : parseProcStat(answer.text);
  };
  return {
    here: () => {
      const bootId = readText(sys, "/proc/sys/kernel/random/boot_id", 64);
      const boot = failed(bootId) ? "" : shortBoot(bootId.text.trim());
      const ns = sys.readlink("/proc/self/ns/pid");
      const pidns = failed(ns) ? "0" : digitsOf(ns.target);
      const machineId = readText(sys, "/etc/machine-id", 64);
      const id = failed(machineId) ? "" : machineId.text.trim();
      const hostname = readText(sys, "/proc/sys/kernel/hostname", 256);
      // Images are cloned with their machine-id, so the host name counts too. Without a machine-id only this boot can
      // be recognised: then no other boot is ever taken for an earlier one of this machine.
      const host = id === "" ? `b${boot}` : shortHash(`${id}\0${failed(hostname) ? "" : hostname.text.trim()}`);
      const shift = timeShift(sys);
      // Start times that are shifted cannot be compared with others: as good as the numbers of another namespace.
      const space = shift.starts === "" ? pidns : `${pidns}t${shortHash(shift.starts)}`;
      return {
        machine: { host, boot: boot === "" ? "0" : boot, pidns: space },
        clockShiftMs: shift.monotonicMs,
      };
    },
    facts: (pid) => {
      const s = stat(pid);
      // Absent from /proc is not gone: other users' processes may be hidden there.
      if (s === undefined) return gone(pid) ? { found: "no" } : { found: "opaque" };
      return { found: "yes", start: s.start, zombie: (s.state === "Z" || s.state === "X") && s.threads <= 1 };
    },
    parent: stat,
  };
}

function darwinSource(darwin: Darwin): Source {
  return {
    here: () => {
      const uuid = darwin.hostUuid();
      const boot = shortBoot(darwin.bootSession() ?? "0");
      const host = uuid === undefined ? `b${boot}` : shortHash(uuid);
      return { machine: { host, boot, pidns: "0" }, clockShiftMs: 0 };
    },
    facts: (pid) => {
      if (gone(pid)) return { found: "no" };
      const info = darwin.bsdInfo(pid);
      return info === undefined ? { found: "opaque" } : { found: "yes", ...parseBsdInfo(info) };
    },
    parent: (pid) => {
      const info = darwin.bsdInfo(pid);
      if (info === undefined) return undefined;
      const end = info.indexOf(0, 48);
      return { ppid: parseBsdInfo(info).ppid, command: new TextDecoder().decode(info.subarray(48, end)) };
    },
  };
}
