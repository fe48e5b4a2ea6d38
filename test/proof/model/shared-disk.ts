/**
 * The disk that the model's processes share: the folder guard/ and the tokens in it, as bits. Bit 0 is `free`, bit 1 + i
 * the token of process i, and one bit above them says whether guard/ is there. A test compares it with a real folder.
 */
import { LOCK_FILE, MADE, type Call } from "./calls.ts";
import { FREE } from "../../../src/store/file/token.ts";

export interface Disk {
  readonly names: readonly string[];
  /** The bit of guard/ itself. */
  readonly folder: number;
  /** The bits of all tokens. */
  readonly tokens: number;
}

export function diskOf(held: readonly string[]): Disk {
  const names = [FREE, ...held];
  return { names, folder: 1 << names.length, tokens: (1 << names.length) - 1 };
}

export interface Effect {
  readonly answer: string;
  readonly after: number;
}

/** What a call that touches the disk does and answers. Undefined for other calls, and for a listing, which takes time. */
export function applied(disk: Disk, before: number, call: Call, by: number): Effect | undefined {
  const bit = (name: string): number => 1 << disk.names.indexOf(name);
  const tokens = before & disk.tokens;
  switch (call.call) {
    case "rename": {
      if (call.from === MADE) {
        if (tokens !== 0) return { answer: "ENOTEMPTY", after: before };
        return { answer: "", after: disk.folder | 1 };
      }
      if ((before & bit(call.from)) === 0) return { answer: "ENOENT", after: before };
      return { answer: "", after: (before & ~bit(call.from)) | bit(call.to) };
    }
    case "look":
      return { answer: (before & bit(call.name)) === 0 ? "no" : "yes", after: before };
    case "unlink": {
      // The bit of a lock file says whose name is in it.
      const gone = call.name === LOCK_FILE ? tokens & ~1 : before & bit(call.name);
      return gone === 0 ? { answer: "ENOENT", after: before } : { answer: "", after: before & ~gone };
    }
    case "create": {
      if ((before & disk.folder) === 0) return { answer: "ENOENT", after: before };
      const isLock = call.name === LOCK_FILE;
      const there = isLock ? tokens & ~1 : before & bit(call.name);
      if (there !== 0) return { answer: "EEXIST", after: before };
      return { answer: "", after: before | (isLock ? 1 << (by + 1) : bit(call.name)) };
    }
    case "list":
    case "facts":
    case "clock":
    case "age":
    case "read":
    case "write":
      return undefined;
  }
  return call satisfies never;
}

/** How many bits are set. */
export function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}
