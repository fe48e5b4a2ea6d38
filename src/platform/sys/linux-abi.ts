/**
 * Numbers of the Linux ABI that differ between architectures: system calls (asm/unistd.h), open flags (asm/fcntl.h) and
 * the layout of struct stat (asm/stat.h). The kernel never changes them.
 */
export type Arch = "x64" | "arm64";

export interface Abi {
  readonly read: number;
  readonly write: number;
  readonly close: number;
  readonly fsync: number;
  readonly pread: number;
  readonly openat: number;
  readonly fstat: number;
  readonly fstatat: number;
  readonly renameat: number;
  readonly linkat: number;
  readonly symlinkat: number;
  readonly unlinkat: number;
  readonly mkdirat: number;
  readonly fchmod: number;
  readonly readlinkat: number;
  readonly getdents: number;
  readonly ppoll: number;
  readonly clockGettime: number;
  readonly getuid: number;
  readonly exitGroup: number;
  readonly O_DIRECTORY: number;
  readonly O_NOFOLLOW: number;
  /** Offsets in struct stat. */
  readonly statMode: number;
  readonly statUid: number;
  /** Eight bytes on x64, four on arm64; nobody gives a file so many names. */
  readonly statNlink: number;
}

export const ABI: Readonly<Record<Arch, Abi>> = {
  x64: {
    read: 0,
    write: 1,
    close: 3,
    fsync: 74,
    pread: 17,
    openat: 257,
    fstat: 5,
    fstatat: 262,
    renameat: 264,
    linkat: 265,
    symlinkat: 266,
    unlinkat: 263,
    mkdirat: 258,
    fchmod: 91,
    readlinkat: 267,
    getdents: 217,
    ppoll: 271,
    clockGettime: 228,
    getuid: 102,
    exitGroup: 231,
    O_DIRECTORY: 0o200000,
    O_NOFOLLOW: 0o400000,
    statMode: 24,
    statUid: 28,
    statNlink: 16,
  },
  arm64: {
    read: 63,
    write: 64,
    close: 57,
    fsync: 82,
    pread: 67,
    openat: 56,
    fstat: 80,
    fstatat: 79,
    renameat: 38,
    linkat: 37,
    symlinkat: 36,
    unlinkat: 35,
    mkdirat: 34,
    fchmod: 52,
    readlinkat: 78,
    getdents: 61,
    ppoll: 73,
    clockGettime: 113,
    getuid: 174,
    exitGroup: 94,
    O_DIRECTORY: 0o40000,
    O_NOFOLLOW: 0o100000,
    statMode: 16,
    statUid: 24,
    statNlink: 20,
  },
};
