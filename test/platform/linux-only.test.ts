/** What only Linux has is asked for in few places, and none of them is on a way that macOS takes. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mounts } from "../../src/cli/doctor/file-system.ts";
import { judge } from "../../src/domain/process.ts";
import { processes } from "../../src/platform/processes.ts";
import { catchSignals } from "../../src/platform/signals.ts";
import { darwinOn } from "../../src/platform/sys/darwin.ts";
import { darwinNative } from "../../src/platform/sys/load.ts";
import { nodeSys } from "../../src/platform/sys/node.ts";
import type { Native } from "../../src/platform/sys/load.ts";
import { MAC, playedLibrary } from "./darwin-library.ts";

const SRC = join(import.meta.dir, "../../src");

/** Files and calls that other systems lack. */
const LINUX_ONLY = [
  /\/proc\//,
  /\/sys\//,
  /\/etc\/machine-id/,
  /\/dev\/shm|\/run\//,
  /\bsyscall\(/,
  /__errno_location/,
  /\blibc\.so|musl/,
  /\b(inotify|epoll|memfd|pidfd|renameat2|statx|prctl|getrandom)\w*\(/,
] as const;

/** Where they are, and why macOS does not get there. Each is tried below, or needs no trying. */
const PLACES: Readonly<Record<string, string>> = {
  "platform/linux-processes.ts": "processes.ts takes darwin-processes.ts",
  "platform/time-namespace.ts": "only linux-processes.ts imports it",
  "platform/signals.ts": "asks the system layer first",
  "platform/sys/libc.ts": "load.ts takes node.ts, with parts of darwin.ts",
  "platform/sys/load.ts": "names of libc, behind the branch for macOS",
  "cli/doctor/file-system.ts": "asks mount(8) where the system layer is that of macOS",
};

/** Without comments and imports, which may speak of anything. */
function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$|\s\/\/ .*$/gm, "")
    .replaceAll(/^(import|export) [^;]*? from "[^"]*";$/gm, "");
}

const mentions = (text: string): boolean => LINUX_ONLY.some((pattern) => pattern.test(codeOf(text)));
const FILES = [...new Bun.Glob("**/*.ts").scanSync(SRC)].toSorted();
const read = (name: string): string => readFileSync(join(SRC, name), "utf8");

test("what only Linux has is asked for in the listed files alone", () => {
  expect(FILES.length).toBeGreaterThan(200);
  expect(FILES.filter((name) => mentions(read(name)))).toEqual(Object.keys(PLACES).toSorted());
});

test("the search finds what it is for, and no comments or imports", () => {
  expect(mentions('const text = readText(sys, "/proc/self/status", 10);')).toBe(true);
  expect(mentions("const text = `/proc/${pid}/stat`;")).toBe(true);
  expect(mentions("libc.syscall(1, 2)")).toBe(true);
  expect(mentions('/** Reads /proc/self/status. */\n// and /proc/stat\nimport { a } from "./sys/libc.ts";')).toBe(
    false,
  );
});

test("calls by number or symbol are made by the system layer alone", () => {
  const binding = FILES.filter((name) => /"bun:ffi"/.test(read(name)));
  expect(binding).toEqual(["platform/sys/darwin.ts", "platform/sys/libc.ts"]);
  const importing = (module: string) =>
    FILES.filter((name) => new RegExp(`from "[^"]*/${module}\\.ts"`).test(read(name)));
  expect(importing("libc")).toEqual(["platform/sys/load.ts"]);
  expect(importing("time-namespace")).toEqual(["platform/linux-processes.ts"]);
  expect(importing("linux-processes")).toEqual(["platform/processes.ts"]);
});

/** The paths that are asked for while `use` runs on macOS' system layer. */
function pathsAskedFor(use: (native: Native) => unknown, mutate: (native: Native) => Native = (n) => n) {
  const parent = { [process.ppid]: { ppid: 1, command: "zsh" } };
  const played = { ...MAC, processes: { [process.pid]: { ppid: process.ppid }, ...parent } };
  const native = mutate(darwinNative(darwinOn(playedLibrary(played)), nodeSys));
  const paths: string[] = [];
  const noted = <A extends readonly unknown[], R>(call: (path: string, ...rest: A) => R) => {
    return (path: string, ...rest: A): R => {
      paths.push(path);
      return call(path, ...rest);
    };
  };
  const { sys } = native;
  const { open, lstat, stat, list, readlink, realpath } = sys;
  const looking = { open: noted(open), lstat: noted(lstat), stat: noted(stat), list: noted(list) };
  use({ ...native, sys: { ...sys, ...looking, readlink: noted(readlink), realpath: noted(realpath) } });
  return paths;
}

function lookAtProcesses(native: Native): void {
  const all = processes(native, judge);
  const me = all.self();
  all.clock();
  all.find(process.ppid);
  all.judge(me);
  all.judge({ ...me, start: "1" });
  all.ancestor(["no such program"]);
}

const listenToSignals = ({ sys }: Native): void => catchSignals(sys, ["SIGINT", "SIGTERM", "SIGHUP"], () => {}).letGo();

/** What is read of files, before a program is waited for. */
const lookAtMounts = (native: Native): void => void mounts({ native, signal: AbortSignal.timeout(5000) });

test("on macOS processes, signals and mounts are looked at without reading a file", () => {
  expect(pathsAskedFor(lookAtProcesses)).toEqual([]);
  expect(pathsAskedFor(listenToSignals)).toEqual([]);
  expect(pathsAskedFor(lookAtMounts)).toEqual([]);
});

test("a system layer that lacks what macOS has is found out by the files that are then read", () => {
  const onLinux = (native: Native): Native => ({ ...native, darwin: undefined });
  expect(pathsAskedFor(lookAtProcesses, onLinux)).toContain("/proc/sys/kernel/random/boot_id");
  expect(pathsAskedFor(lookAtMounts, onLinux)).toEqual(["/proc/self/mountinfo"]);
  const deaf = ({ darwin }: Native): Native => ({ darwin, sys: nodeSys(() => 0) });
  expect(pathsAskedFor(listenToSignals, deaf)).toEqual(["/proc/self/status"]);
});
