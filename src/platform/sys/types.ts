/**
 * The few operating system calls that coord is built on, behind one interface.
 *
 * Calls answer instead of throwing: a failed call returns the name of its errno, because ENOENT and EEXIST are
 * ordinary answers here and an exception per probe would cost more than the probe. `""` means done.
 * Paths are text; one that holds a NUL gives "EINVAL". All calls are synchronous, as the guard requires.
 */
export type Errno =
  | "ENOENT"
  | "EEXIST"
  | "ENOTEMPTY"
  | "EACCES"
  | "EPERM"
  | "ENOTDIR"
  | "EISDIR"
  | "ELOOP"
  | "EXDEV"
  | "ENOSPC"
  | "EDQUOT"
  | "EFBIG"
  | "EROFS"
  | "EIO"
  | "EMFILE"
  | "ENFILE"
  | "ENAMETOOLONG"
  | "EINTR"
  | "EAGAIN"
  | "EPIPE"
  | "EINVAL"
  | "ENXIO"
  | "ESRCH"
  | "EBADF"
  | "EUNKNOWN";

export type Done = "" | Errno;

export interface FileStat {
  /** A special file is a device, a FIFO or a socket. The words are shown to people. */
  readonly kind: "file" | "directory" | "symlink" | "special file";
  /** Identities of device and file: text to be compared, nothing else. */
  readonly dev: string;
  readonly ino: string;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  /** How many names the file has. */
  readonly nlink: number;
  readonly size: number;
  /** Modification time in nanoseconds since 1970, as decimal text: it does not fit a number. */
  readonly mtimeNs: string;
  /** Time of the last change of the entry itself (a rename counts), likewise. */
  readonly ctimeNs: string;
}

/**
 * How a file is opened.
 * "read": O_RDONLY|O_NOFOLLOW|O_NONBLOCK; "read-through": the same, following links (the user's own files);
 * "create": O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW, mode 0600; "append": O_WRONLY|O_APPEND|O_CREAT|O_NOFOLLOW|O_NONBLOCK (a FIFO
 * must not make us wait for its reader), mode 0600.
 */
export type OpenMode = "read" | "read-through" | "create" | "append";

export interface Sys {
  readonly name: "libc" | "node";
  readonly open: (path: string, mode: OpenMode) => number | Errno;
  /** Reads up to `into.length` bytes; 0 is the end of the file. */
  readonly read: (fd: number, into: Uint8Array<ArrayBuffer>) => number | Errno;
  /** Like `read`, from byte `at` on, without moving the file's own position. */
  readonly readAt: (fd: number, into: Uint8Array<ArrayBuffer>, at: number) => number | Errno;
  /** Writes what the system takes, which may be less than all: use `writeAll`. */
  readonly write: (fd: number, bytes: Uint8Array<ArrayBuffer>) => number | Errno;
  readonly close: (fd: number) => Done;
  readonly fsync: (fd: number) => Done;
  readonly fstat: (fd: number) => FileStat | Errno;
  readonly lstat: (path: string) => FileStat | Errno;
  readonly stat: (path: string) => FileStat | Errno;
  readonly rename: (from: string, to: string) => Done;
  readonly link: (from: string, to: string) => Done;
  /** Makes `path` a symbolic link whose text is `target`. */
  readonly symlink: (target: string, path: string) => Done;
  readonly unlink: (path: string) => Done;
  readonly mkdir: (path: string, mode: number) => Done;
  readonly rmdir: (path: string) => Done;
  /** Of an open file or folder: unlike a path it cannot become another one meanwhile. */
  readonly fchmod: (fd: number, mode: number) => Done;
  /** Names in a folder, which may not be a link, without `.` and `..`. Not atomic: a name that is renamed meanwhile may be missing or come twice. */
  readonly list: (path: string) => readonly string[] | Errno;
  readonly readlink: (path: string) => { readonly target: string } | Errno;
  readonly realpath: (path: string) => { readonly path: string } | Errno;
  /** Waits until `fd` can be read or has ended, at most `ms`; true when there is something to read. */
  readonly readable: (fd: number, ms: number) => boolean;
  readonly sleepMs: (ms: number) => void;
  /** Milliseconds of the system-wide monotonic clock of this boot; does not count sleep, does not jump. */
  readonly monotonicMs: () => number;
  readonly uid: () => number;
  /** Whether this process ignores the signal of that number; absent where only /proc tells it. */
  readonly ignores?: (signal: number) => boolean;
  /** Ends the process at once: no handlers, no teardown. What was written with `write` has been written. */
  readonly exit: (code: number) => never;
}

export function failed<T extends object | number>(answer: T | Errno): answer is Errno {
  return typeof answer === "string";
}

/** Modification time in milliseconds since 1970: precise enough to tell an age. */
export function mtimeMs(stat: FileStat): number {
  return Number(stat.mtimeNs) / 1e6;
}
