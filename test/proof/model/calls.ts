/**
 * The system as the model gives it to the real guard: every call that others can notice, or whose answer others can
 * change, is a `Call` that the explorer answers; what is private to a process is answered on the spot.
 */
import type { Errno, Sys } from "../../../src/platform/sys/types.ts";

/** Where the model's guard lies; nothing of the real disk is touched. */
export const DIR = "/state/guard";
/** The folder that `initGuard` prepares: it has a name of its own, so nobody else sees it until it becomes guard/. */
export const MADE = "made";

/** The file of a lock that is no token, as a mutant makes it: one name, whoever holds it. */
export const LOCK_FILE = "lock";

/** Answers are texts: `""` or an errno as in `Sys`; others are said at each call. */
export type Call =
  /** `to` is a token's name; `from` a token's name, or MADE with `to` being "guard". */
  | { readonly call: "rename"; readonly from: string; readonly to: string }
  /** "yes" or "no". */
  | { readonly call: "look"; readonly name: string }
  /** The names, in the order in which they come, joined by "/"; or "EIO". */
  | { readonly call: "list" }
  | { readonly call: "unlink"; readonly name: string }
  | { readonly call: "create"; readonly name: string }
  /** What is known of a process: "no", or its start time. */
  | { readonly call: "facts"; readonly pid: number }
  /** "early" or "late": whether the deadline is over. */
  | { readonly call: "clock" }
  /** Asked by a mutant: whether the token has been there for long, "old" or "young". */
  | { readonly call: "age"; readonly name: string }
  /** The critical section: a counter is read, then written one higher. */
  | { readonly call: "read" }
  | { readonly call: "write" };

/** Lets a process have the answer to a call, or stops it there. */
export type Ask = (call: Call) => string;

const PRIVATE = `${DIR}.tmp.`;
const DESCRIPTOR = 3;

/** Before the deadline, and at it. Milliseconds on the model's clock, whose first reading is 0. */
export const WAIT_MS = 100;

/** `mine` is the name of the token that this process makes. */
export function modelSys(ask: Ask, mine: string): Sys {
  let clockRead = false;
  let isLate = false;
  const beyond = (): never => {
    throw new Error("The guard made a call that the model does not know");
  };
  const token = (path: string): string => (path.startsWith(`${DIR}/`) ? path.slice(DIR.length + 1) : beyond());
  return {
    name: "libc",
    rename: (from, to) =>
      done(
        ask(
          to === DIR
            ? { call: "rename", from: MADE, to: "guard" }
            : { call: "rename", from: token(from), to: token(to) },
        ),
      ),
    // Others' tokens, and any after the deadline, are looked at for the words of an error alone.
    lstat: (path) =>
      !isLate && token(path) === mine && ask({ call: "look", name: mine }) === "yes" ? ENTRY : "ENOENT",
    list: (path) => {
      if (path !== DIR) return beyond();
      const names = ask({ call: "list" });
      if (names === "EIO") return names;
      return names === "" ? [] : names.split("/");
    },
    unlink: (path) => (path.startsWith(PRIVATE) ? "" : done(ask({ call: "unlink", name: token(path) }))),
    open: (path, mode) => {
      if (mode !== "create") return beyond();
      if (path.startsWith(PRIVATE)) return DESCRIPTOR;
      const made = done(ask({ call: "create", name: token(path) }));
      return made === "" ? DESCRIPTOR : made;
    },
    close: () => "",
    mkdir: (path) => (path.startsWith(PRIVATE) ? "" : beyond()),
    rmdir: (path) => (path.startsWith(PRIVATE) ? "" : beyond()),
    sleepMs: () => undefined,
    monotonicMs: () => {
      if (clockRead) isLate = ask({ call: "clock" }) === "late";
      clockRead = true;
      return isLate ? WAIT_MS : 0;
    },
    read: beyond,
    readAt: beyond,
    write: beyond,
    fsync: beyond,
    fstat: beyond,
    stat: beyond,
    link: beyond,
    symlink: beyond,
    fchmod: beyond,
    readlink: beyond,
    realpath: beyond,
    readable: beyond,
    uid: beyond,
    exit: beyond,
  };
}

const ENTRY = {
  kind: "file",
  dev: "1",
  ino: "1",
  mode: 0o600,
  uid: 0,
  nlink: 1,
  size: 0,
  mtimeNs: "0",
  ctimeNs: "0",
} as const;

function done(answer: string): "" | Errno {
  switch (answer) {
    case "":
    case "ENOENT":
    case "EEXIST":
    case "ENOTEMPTY":
      return answer;
    default:
      throw new Error(`"${answer}" is no answer to a call that changes something`);
  }
}

export function callText(call: Call): string {
  switch (call.call) {
    case "rename":
      return `rename ${call.from} -> ${call.to}`;
    case "look":
    case "unlink":
    case "create":
    case "age":
      return `${call.call} ${call.name}`;
    case "facts":
      return `is process ${call.pid} alive?`;
    case "list":
    case "clock":
    case "read":
    case "write":
      return call.call;
  }
  return call satisfies never;
}
