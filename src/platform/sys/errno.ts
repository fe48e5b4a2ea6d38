import type { Errno } from "./types.ts";

/** Errno numbers of Linux (x64 and arm64 agree). Other systems go through `node:fs`, which gives names. */
const LINUX: Readonly<Record<number, Errno>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  9: "EBADF",
  11: "EAGAIN",
  13: "EACCES",
  17: "EEXIST",
  18: "EXDEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  32: "EPIPE",
  36: "ENAMETOOLONG",
  39: "ENOTEMPTY",
  40: "ELOOP",
  122: "EDQUOT",
};

export function errnoFromNumber(value: number): Errno {
  return LINUX[value] ?? "EUNKNOWN";
}

/** The errno in an exception of `node:fs`; rethrows what is none. */
export function errnoFromException(error: unknown): Errno {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const { code } = error;
    if (code.startsWith("ERR_INVALID_ARG")) return "EINVAL";
    return Object.values(LINUX).find((name) => name === code) ?? "EUNKNOWN";
  }
  throw error;
}
