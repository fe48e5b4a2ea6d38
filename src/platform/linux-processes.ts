/** Processes as Linux tells them: proc(5). */
import { gone, shortBoot, shortHash, type ProcessSource } from "./process-source.ts";
import { failed, type Sys } from "./sys/types.ts";
import { readText } from "./text-file.ts";
import { timeShift } from "./time-namespace.ts";

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

export function linuxSource(sys: Sys): ProcessSource {
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
    parent: (pid) => {
      const s = stat(pid);
      return s === undefined ? undefined : { ppid: s.ppid, names: [s.command] };
    },
  };
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
