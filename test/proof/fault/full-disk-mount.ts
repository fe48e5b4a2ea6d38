/** A small disk of its own, in a mount namespace that ends with this process: nothing is left when it is killed. */
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const DISKS = ["pages", "inodes", "ext4"] as const;
/** "pages": a tmpfs of few bytes; "inodes": one of few files; "ext4": an image on a loop device, for root only. */
export type Disk = (typeof DISKS)[number];

export interface Mounted extends Disposable {
  readonly dir: string;
  /** Removes everything. */
  readonly clear: () => void;
  /** Leaves this many blocks, or files, free. */
  readonly fill: (free: number) => void;
  /** Takes out what fills it. */
  readonly relieve: () => void;
  /** How many blocks, or files, are free. */
  readonly free: () => number;
}

const FILLER = "filler";
const IMAGE_BYTES = 1024 * 1024;

/** `bytes`: of a disk of pages. `files`: of one of inodes. */
export function mounted(dir: string, disk: Disk, bytes: number, files: number): Mounted {
  mkdirSync(dir, { recursive: true });
  if (disk === "ext4") {
    const image = `${dir}.img`;
    writeFileSync(image, new Uint8Array(IMAGE_BYTES));
    // No blocks kept for root, no journal: the smallest there is.
    must(["mkfs.ext4", "-q", "-m", "0", "-b", "1024", "-O", "^has_journal", image]);
    must(["mount", "-o", "loop", image, dir]);
    rmSync(join(dir, "lost+found"), { recursive: true });
    must(["chmod", "700", dir]);
  } else {
    const limit = disk === "pages" ? `size=${bytes}` : `size=16m,nr_inodes=${files}`;
    must(["mount", "-t", "tmpfs", "-o", `${limit},mode=700`, "coord-test", dir]);
  }
  const free = (): number => {
    const { bavail, ffree } = statfsSync(dir);
    return disk === "inodes" ? ffree : bavail;
  };
  const filler = join(dir, FILLER);
  /** A disk as large as what is there and a little more. */
  const resize = (more: number): void => {
    const { blocks, bfree, bsize } = statfsSync(dir);
    must(["mount", "-o", `remount,size=${(blocks - bfree + more) * bsize}`, dir]);
  };
  return {
    dir,
    free,
    clear: () => {
      for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true, force: true });
    },
    fill: (wanted) => {
      if (disk === "pages") resize(wanted);
      else if (disk === "inodes") {
        mkdirSync(filler);
        for (let count = free() - wanted; count > 0; count -= 1) writeFileSync(join(filler, `${count}`), "");
      } else {
        const { bsize } = statfsSync(dir);
        writeFileSync(filler, "");
        // A long file needs blocks for the list of its blocks: the last ones go one by one.
        for (let rest = free() - wanted; rest > 0; rest = free() - wanted) {
          writeFileSync(filler, new Uint8Array((rest > 16 ? rest - 8 : 1) * bsize), { flag: "a" });
        }
      }
      if (free() > wanted) throw new Error(`${free()} are free instead of ${wanted}`);
    },
    relieve: () => {
      if (disk === "pages") must(["mount", "-o", `remount,size=${bytes}`, dir]);
      else rmSync(filler, { recursive: true, force: true });
    },
    [Symbol.dispose]: () => must(["umount", dir]),
  };
}

function must(argv: readonly string[]): void {
  const done = Bun.spawnSync([...argv], { stdin: "ignore" });
  if (done.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${done.stderr.toString()}`);
}
