/** What `npm run build -- --all` makes, and which of it can be run on this machine. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { PLATFORMS } from "../platforms.ts";

export interface Target {
  readonly name: string;
  /** How its first bytes look: an ELF or Mach-O header of the right machine. */
  readonly format: Format;
}

type Format = "ELF x64" | "ELF arm64" | "Mach-O x64" | "Mach-O arm64";

export const TARGETS: readonly Target[] = PLATFORMS.map(({ name, os, cpu }) => ({
  name,
  format: `${os === "darwin" ? "Mach-O" : "ELF"} ${cpu}`,
}));

export type Runner =
  | { readonly how: "native"; readonly prefix: readonly [] }
  | { readonly how: "qemu"; readonly prefix: readonly string[] }
  /** It could be run here, if something were installed. */
  | { readonly how: "missing"; readonly install: string }
  /** Needs another system: built, not run. */
  | { readonly how: "none" };

/** Debian's packages: the emulator, and the libraries that an arm64 program is linked with. */
const QEMU = "qemu-aarch64-static";
const SYSROOT = "/usr/aarch64-linux-gnu";
const PACKAGES = "apt-get install qemu-user-static libc6-arm64-cross";

export function runnerOf(name: string): Runner {
  if (name === `${process.platform}-${process.arch}`) return { how: "native", prefix: [] };
  if (name !== "linux-arm64" || process.platform !== "linux") return { how: "none" };
  const ready = Bun.which(QEMU) !== null && existsSync(SYSROOT);
  return ready ? { how: "qemu", prefix: [QEMU, "-L", SYSROOT] } : { how: "missing", install: PACKAGES };
}

/** The format of a program by its header: elf(5), <mach-o/loader.h>. Both are little-endian here. */
export function formatOf(path: string): Format | undefined {
  const header = Buffer.alloc(20);
  const fd = openSync(path, "r");
  readSync(fd, header, 0, header.length, 0);
  closeSync(fd);
  const machine = header.toString("latin1", 0, 4) === "\u007fELF" ? header.readUInt16LE(18) : header.readUInt32LE(4);
  switch (`${header.readUInt32LE(0).toString(16)} ${machine.toString(16)}`) {
    case "464c457f 3e":
      return "ELF x64";
    case "464c457f b7":
      return "ELF arm64";
    case "feedfacf 1000007":
      return "Mach-O x64";
    case "feedfacf 100000c":
      return "Mach-O arm64";
    default:
      return undefined;
  }
}
