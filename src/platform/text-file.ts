import { failed, type Done, type Errno, type Sys } from "./sys/types.ts";

export interface Text {
  readonly text: string;
}

/**
 * Reads a small file of the system (`/proc`, `/etc`) or of the user: follows links, at most `maxBytes`.
 * Never waits on a FIFO or device: O_NONBLOCK.
 */
export function readText(sys: Sys, path: string, maxBytes: number): Text | Errno {
  const fd = sys.open(path, "read-through");
  if (failed(fd)) return fd;
  const bytes = readAll(sys, fd, maxBytes);
  sys.close(fd);
  return typeof bytes === "string" ? bytes : { text: new TextDecoder().decode(bytes) };
}

/** Reads from `fd` to the end, or up to `maxBytes` (what is beyond is left out). */
export function readAll(sys: Sys, fd: number, maxBytes: number): Uint8Array<ArrayBuffer> | Errno {
  let buffer = new Uint8Array(Math.min(maxBytes, 8192));
  let length = 0;
  while (length < maxBytes) {
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(maxBytes, buffer.length * 4));
      larger.set(buffer);
      buffer = larger;
    }
    const n = sys.read(fd, buffer.subarray(length));
    if (n === "EINTR") continue;
    if (failed(n)) return n;
    if (n === 0) break;
    length += n;
  }
  return buffer.subarray(0, length);
}

/** Writes every byte: the system may take fewer at a time without an error. */
export function writeAll(sys: Sys, fd: number, bytes: Uint8Array<ArrayBuffer>): Done {
  let rest = bytes;
  while (rest.length > 0) {
    const n = sys.write(fd, rest);
    if (n === "EINTR") continue;
    if (failed(n)) return n;
    if (n === 0) return "EIO";
    rest = rest.subarray(n);
  }
  return "";
}
