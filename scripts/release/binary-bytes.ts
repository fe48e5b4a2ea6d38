/** Reading what the header of a binary points at, which may be anything. */

/** A part of a binary, by what its header says of it. Throws where the file does not go that far. */
export function partOf(bytes: Buffer, at: number, length: number, what: string): Buffer {
  if (at < 0 || length < 0 || at + length > bytes.length) {
    throw new Error(`${what} does not lie inside the file: bytes ${at} to ${at + length} of ${bytes.length}`);
  }
  return bytes.subarray(at, at + length);
}

/** The text at `at` up to a NUL, or to the end of `bytes`. */
export function cText(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString("utf8", Math.min(at, bytes.length), end < 0 ? bytes.length : end);
}
