/**
 * Where a command can be stopped or refused: the calls by which it touches what is its own or the user's.
 *
 * Only calls on files under the sandbox are swept (project, state, home, scratch), and those that print the answer. A
 * kill right before any other call leaves the disk exactly as one right before the next of these: nothing on it has
 * changed in between, and nothing but the disk outlives the process. An error of any other call is the runtime's own
 * business, before coord has begun or beside it. That no other thread of the process touches the sandbox is checked.
 */
import type { Call } from "./calls.ts";

/** What is swept, by the names under which the runtime and libc call it; RELIABILITY section 5 and its like. */
export const KINDS = [
  "rename",
  "renameat",
  "renameat2",
  "link",
  "linkat",
  "symlink",
  "symlinkat",
  "unlink",
  "unlinkat",
  "rmdir",
  "mkdir",
  "mkdirat",
  "openat",
  "write",
  "pwrite64",
  "writev",
  "ftruncate",
  "fsync",
  "fdatasync",
  "close",
  "getdents64",
  "chmod",
  "fchmod",
  "fchmodat",
] as const;

export interface Point {
  readonly call: string;
  /** Of this call on the main thread; of what is printed, all that goes there. */
  readonly nth: number;
  /** What is printed goes to this file. */
  readonly path: string | undefined;
  /** "renameat tmp/* journal.json": the same in each run of the case. */
  readonly label: string;
  readonly errors: readonly Fault[];
  /** No other thread makes so many calls of this kind. */
  readonly alone: boolean;
}

export type Fault = `E${string}` | number;

export interface Around {
  /** The folder in which everything lies that a run may touch. */
  readonly box: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Every point of a run that was traced, in order. Throws when another thread than the main one touches the sandbox. */
export function pointsOf(calls: readonly Call[], around: Around): readonly Point[] {
  const main = calls[0]?.thread;
  const most = mostElsewhere(calls, main);
  const printed = new Map<string, number>();
  return calls.flatMap((call): readonly Point[] => {
    if (!concerns(call, around)) return [];
    const { name, nth, paths } = call;
    const label = labelOf(call, around.box);
    if (paths.includes(around.stdout) || paths.includes(around.stderr)) {
      const [path = ""] = paths;
      // What is said of an error that was injected is not there to be swept.
      if (name !== "write" || path === around.stderr) return [];
      const count = (printed.get(path) ?? 0) + 1;
      printed.set(path, count);
      return [{ call: name, nth: count, path, label, errors: ["ENOSPC", "EIO"], alone: false }];
    }
    if (call.thread !== main && !isOfAChild(call, calls)) throw new Error(`Another thread does: ${label}`);
    if (call.thread !== main) return [];
    // What other threads write depends on how it ends.
    const alone = name !== "write" && nth > (most.get(name) ?? 0);
    return [{ call: name, nth, path: undefined, label, errors: errorsOf(call), alone }];
  });
}

/** Programs that coord starts (git, the command of `run`, hooks of doctor's proof) begin by loading their libraries. */
function isOfAChild({ thread }: Call, calls: readonly Call[]): boolean {
  return calls.some((call) => call.thread === thread && call.paths.includes("/etc/ld.so.cache"));
}

function mostElsewhere(calls: readonly Call[], main: number | undefined): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { thread, name, nth } of calls) {
    if (thread !== main) most.set(name, Math.max(nth, most.get(name) ?? 0));
  }
  return most;
}

function concerns({ paths }: Call, { box, stdout, stderr }: Around): boolean {
  return paths.some((path) => path.startsWith(`${box}/`) || path === stdout || path === stderr);
}

/** Random names, and those of processes, are the same in no two runs. */
export function labelOf({ name, paths, flags }: Call, box: string): string {
  const places = paths.map((path) => stableName(path.replace(`${box}/`, "")));
  return [name, ...(flags === "" ? [] : [isMaking(flags) ? "new" : "old"]), ...places].join(" ");
}

export function stableName(path: string): string {
  return path
    .replace("project/.claude/coordination/", "")
    .replace(/held\.[^/]*$/, "held.me")
    .replace(/tmp\/(?:told-)?[0-9a-f][0-9a-f-]+$/, "tmp/*")
    .replace(/guard\.tmp\.[0-9a-f]+/, "guard.tmp.*")
    .replace(/\.coord-[0-9a-f-]{36}$/, ".coord-*")
    .replace(/corrupt\/[0-9a-f]{8}\./, "corrupt/*.")
    .replace(/DEC-\d{8}-(\d{4,})-[0-9a-f]{6}/, "DEC-$1")
    .replace(/\.run-\d+/, ".run-*")
    .replace(/~1\.json$/, ".json");
}

function isMaking(flags: string): boolean {
  return flags.includes("O_CREAT");
}

const FULL = ["ENOSPC", "EDQUOT"] as const;
const CHANGING = [...FULL, "EIO", "EACCES", "EROFS"] as const;

/** What a call can plausibly answer, by its manual page. */
function errorsOf(call: Call): readonly Fault[] {
  switch (call.name) {
    case "openat":
      // Reading takes no space and works on a file system that is read-only.
      return isMaking(call.flags) ? [...CHANGING, "EMFILE"] : ["EIO", "EACCES", "EMFILE"];
    case "write":
    case "pwrite64":
    case "writev":
      // 1: fewer bytes than asked for, without an error. strace cannot let the kernel write so few, so nothing is written:
      // what follows makes a file that lacks its start, which only a look at the file itself shows.
      return [...FULL, "EIO", 1];
    case "ftruncate":
      return ["EIO"];
    case "fsync":
    case "fdatasync":
    case "close":
      // A network file system reports late what a write has met. One that was only read has nothing to report but EIO.
      return [...FULL, "EIO"];
    case "getdents64":
      return ["EIO"];
    case "rename":
    case "renameat":
    case "renameat2":
    case "link":
    case "linkat":
      return [...CHANGING, "EXDEV"];
    case "unlink":
    case "unlinkat":
    case "rmdir":
    case "chmod":
    case "fchmod":
    case "fchmodat":
      // They free space, or need none.
      return ["EIO", "EACCES", "EROFS"];
    default:
      return CHANGING;
  }
}
