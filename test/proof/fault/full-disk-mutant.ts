/** A write that counts what it asked for instead of what the disk took, as `write-file-atomic` 7.0.1 does. */
import type { Sys } from "../../../src/platform/sys/types.ts";
import { fileStore } from "../../../src/store/file/file-store.ts";
import { layoutOf } from "../../../src/store/file/layout.ts";
import { grant, lock, ledger, pathId } from "../../domain/samples.ts";
import { unsound } from "../corrupt/sound.ts";
import type { Mounted } from "./full-disk-mount.ts";

/** The disk's word is not taken: neither the count of a write nor the size afterwards. */
export function ignoringShortWrites(sys: Sys): Sys {
  const claimed = new Map<number, number>();
  return {
    ...sys,
    open: (path, mode) => {
      const fd = sys.open(path, mode);
      if (typeof fd === "number" && mode === "create") claimed.set(fd, 0);
      return fd;
    },
    write: (fd, bytes) => {
      sys.write(fd, bytes);
      claimed.set(fd, (claimed.get(fd) ?? 0) + bytes.length);
      return bytes.length;
    },
    fstat: (fd) => {
      const stat = sys.fstat(fd);
      const size = claimed.get(fd);
      return typeof stat === "string" || size === undefined ? stat : { ...stat, size };
    },
    close: (fd) => {
      claimed.delete(fd);
      return sys.close(fd);
    },
  };
}

const A = pathId("a.ts");

/**
 * Makes a lock longer and longer on a disk with `free` pages. Answers what is published and is no record then; a store
 * that refuses has none.
 */
export async function lengthened(sys: Sys, disk: Mounted, free: number): Promise<readonly string[]> {
  disk.relieve();
  disk.clear();
  const layout = layoutOf(disk.dir);
  const self = { host: "h", boot: "b", pidns: "1", pid: 1, start: "1" };
  const now = () => ({ wall_ms: Date.now(), mono_ms: sys.monotonicMs(), boot: "b" });
  const store = fileStore({ stateDir: layout.top, sys, self: () => self, judge: () => "alive", now, ttlMs: 300_000 });
  const hold = (intent: string): Promise<void> =>
    store.transact(
      () => ({
        answer: undefined,
        paths: [{ path: A, lock: { to: lock(A, grant("a", { intent })) }, ledger: { to: ledger(A, { fence: 1 }) } }],
      }),
      { waitMs: 1000 },
    );
  await hold("short");
  disk.fill(free);
  try {
    await hold("i".repeat(9000));
  } catch {
    // Refused, as it should be: what matters is what is there now.
  }
  return unsound(layout.top, sys.uid());
}
