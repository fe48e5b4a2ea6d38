import { coordError } from "../domain/errors.ts";
import { failed, type Sys } from "../platform/sys/types.ts";

/** A hook input carries at most one tool call with its result; the largest seen are a few megabytes. */
const MAX_INPUT = 64 * 1024 * 1024;
const STDIN = 0;
const NEWLINE = 10;

/**
 * Reads the hook's input: up to the end of stdin, or up to a line end after which nothing more is there and what came
 * is complete. A client that keeps stdin open must not hang us; nor one that never sends: `deadline` is in monotonic
 * milliseconds. Throws USAGE.
 */
export function readInput(sys: Sys, deadline: number): string {
  let buffer = new Uint8Array(16_384);
  let length = 0;
  const decoder = new TextDecoder();
  for (;;) {
    const left = deadline - sys.monotonicMs();
    if (left <= 0 || !sys.readable(STDIN, left)) {
      throw coordError("USAGE", "The hook input did not end in time", { hint: "send one JSON object and close stdin" });
    }
    if (length === buffer.length) buffer = grown(buffer);
    const n = sys.read(STDIN, buffer.subarray(length));
    if (n === "EINTR" || n === "EAGAIN") continue;
    if (failed(n)) throw coordError("USAGE", `The hook input cannot be read: ${n}`);
    length += n;
    if (n === 0) return decoder.decode(buffer.subarray(0, length));
    if (buffer[length - 1] === NEWLINE && !sys.readable(STDIN, 0)) {
      const text = decoder.decode(buffer.subarray(0, length));
      if (isComplete(text)) return text;
    }
  }
}

function grown(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (buffer.length >= MAX_INPUT) {
    throw coordError("USAGE", `The hook input is larger than ${MAX_INPUT / 1024 / 1024} MiB`);
  }
  const larger = new Uint8Array(buffer.length * 4);
  larger.set(buffer);
  return larger;
}

function isComplete(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
