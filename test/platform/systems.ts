/** Both implementations of `Sys`, where this machine has both. */
import { libcSys } from "../../src/platform/sys/libc.ts";
import { nodeSys } from "../../src/platform/sys/node.ts";
import type { Sys } from "../../src/platform/sys/types.ts";

const LIBC = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const NODE: Sys = nodeSys(() => Bun.nanoseconds() / 1e6);

export const SYSTEMS: readonly Sys[] =
  process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")
    ? [libcSys(process.arch, LIBC), NODE]
    : [NODE];
