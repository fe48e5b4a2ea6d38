/** The system calls in a log of strace (`-y`, with or without `-f`). */

export interface Call {
  /** The thread that made it; 0 where only one is traced. */
  readonly thread: number;
  readonly name: string;
  /** Counted from 1: the how manieth of this name on this thread. */
  readonly nth: number;
  /** What it works on: the files that it names, or the one behind its descriptor. */
  readonly paths: readonly string[];
  /** The flags of an open, else "". */
  readonly flags: string;
  /** strace did it to this one. */
  readonly injected: boolean;
}

/** Calls whose first argument is an open file. */
const BY_DESCRIPTOR: ReadonlySet<string> = new Set([
  "write",
  "pwrite64",
  "writev",
  "fsync",
  "fdatasync",
  "close",
  "getdents64",
  "fchmod",
  "ftruncate",
]);

const LINE = /^(?:(\d+) +)?(\w+)\((.*)$/;
const RESUMED = /^(?:(\d+) +)?<\.\.\. (\w+) resumed>(.*)$/;

/** In the order in which they were begun. */
export function callsIn(log: string): readonly Call[] {
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  const begun = new Map<string, number>();
  for (const line of log.split("\n")) {
    const resumed = RESUMED.exec(line);
    if (resumed !== null) {
      const at = begun.get(`${resumed[1] ?? 0} ${resumed[2] ?? ""}`);
      const call = at === undefined ? undefined : calls[at];
      if (at !== undefined && call !== undefined && isInjected(line)) calls[at] = { ...call, injected: true };
      continue;
    }
    const [, pid, name, rest] = LINE.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const key = `${pid ?? 0} ${name}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    begun.set(key, calls.length);
    calls.push({
      thread: Number(pid ?? 0),
      name,
      nth,
      paths: BY_DESCRIPTOR.has(name) ? behindDescriptor(rest) : named(rest),
      flags: name === "openat" ? (/\bO_[A-Z_|]+/.exec(rest)?.[0] ?? "") : "",
      injected: isInjected(line),
    });
  }
  return calls;
}

function isInjected(line: string): boolean {
  return line.endsWith("(INJECTED)");
}

/** `5</state/tmp/x>, ...`: what is written follows, and is no path. */
function behindDescriptor(rest: string): readonly string[] {
  const path = /^\d+<([^>]*)>/.exec(rest)?.[1];
  return path === undefined ? [] : [path];
}

/** Every text in quotes that names a file, made absolute by the folder before it. */
function named(rest: string): readonly string[] {
  return [...rest.matchAll(/(?:AT_FDCWD<([^>]*)>, |^\d+<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(
    ([, cwd, folder, path = ""]) => (path.startsWith("/") ? path : `${cwd ?? folder ?? ""}/${path}`),
  );
}
