let count = 0;

/**
 * A name that no other process uses and this one never again: 12 hex digits of chance, the process, a counter. Not for
 * secrets. The generator of `crypto` would cost a hook more than the file that it names.
 */
export function randomName(): string {
  count += 1;
  const chance = Math.floor(Math.random() * 0x1_0000_0000_0000)
    .toString(16)
    .padStart(12, "0");
  return `${chance}-${process.pid.toString(16)}-${count.toString(16)}`;
}
