/** `Sys` is implemented twice; callers must not be able to tell which one they got. One table, both must answer it. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failed, type FileStat, type Sys } from "../../src/platform/sys/types.ts";
import { readAll, readText, writeAll } from "../../src/platform/text-file.ts";
import { SYSTEMS } from "./systems.ts";

const LONG = "x".repeat(256);
/** UTF-8: "é" is two bytes. */
const WIDE = "é".repeat(128);
const LONG_PATH = `/${"a/".repeat(2100)}`;

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** What is there before every row: `file` ("hello"), `dir/inner`, `empty/`, `link` -> file, `away` -> nowhere, `loop`, `fifo`. */
function furnish(dir: string): void {
  writeFileSync(join(dir, "file"), "hello");
  chmodSync(join(dir, "file"), 0o640);
  mkdirSync(join(dir, "dir"));
  writeFileSync(join(dir, "dir", "inner"), "");
  mkdirSync(join(dir, "empty"));
  symlinkSync("file", join(dir, "link"));
  symlinkSync("dir", join(dir, "dirlink"));
  symlinkSync("nowhere", join(dir, "away"));
  symlinkSync("loop", join(dir, "loop"));
  Bun.spawnSync(["mkfifo", join(dir, "fifo")]);
}

function kind(answer: FileStat | string): string {
  return typeof answer === "string" ? answer : answer.kind;
}

/** "open" for a descriptor, which is closed again. */
function opened(sys: Sys, fd: number | string): string {
  if (typeof fd === "string") return fd;
  return sys.close(fd) === "" ? "open" : "not closed";
}

/** Device and inode are names, not numbers: each implementation may write them its own way, as "upper.lower" or whole. */
function numberIn(name: string): string {
  const [upper = "", lower] = name.split(".");
  return lower === undefined ? upper : `${BigInt(upper) * 2n ** 32n + BigInt(lower)}`;
}

function named(answer: FileStat | string): FileStat | string {
  return typeof answer === "string" ? answer : { ...answer, dev: numberIn(answer.dev), ino: numberIn(answer.ino) };
}

type Row = readonly [call: string, run: (sys: Sys, at: (name: string) => string) => unknown, answer: unknown];

const ROWS: readonly Row[] = [
  ["open read of a file", (s, at) => opened(s, s.open(at("file"), "read")), "open"],
  ["open read of nothing", (s, at) => s.open(at("none"), "read"), "ENOENT"],
  ["open read below a file", (s, at) => s.open(at("file/x"), "read"), "ENOTDIR"],
  ["open read of a link", (s, at) => s.open(at("link"), "read"), "ELOOP"],
  ["open read-through of a link", (s, at) => opened(s, s.open(at("link"), "read-through")), "open"],
  ["open read-through of a dangling link", (s, at) => s.open(at("away"), "read-through"), "ENOENT"],
  ["open read-through of a loop", (s, at) => s.open(at("loop"), "read-through"), "ELOOP"],
  ["open read of a FIFO without waiting", (s, at) => opened(s, s.open(at("fifo"), "read")), "open"],
  ["open read of a folder", (s, at) => opened(s, s.open(at("dir"), "read")), "open"],
  ["open create", (s, at) => opened(s, s.open(at("new"), "create")), "open"],
  ["open create over a file", (s, at) => s.open(at("file"), "create"), "EEXIST"],
  ["open create over a dangling link", (s, at) => s.open(at("away"), "create"), "EEXIST"],
  ["open create over a folder", (s, at) => s.open(at("dir"), "create"), "EEXIST"],
  ["open create without the folder", (s, at) => s.open(at("none/x"), "create"), "ENOENT"],
  ["open append", (s, at) => opened(s, s.open(at("new"), "append")), "open"],
  ["open append of a link", (s, at) => s.open(at("link"), "append"), "ELOOP"],
  ["open append of a dangling link", (s, at) => s.open(at("away"), "append"), "ELOOP"],
  ["open append of a folder", (s, at) => s.open(at("dir"), "append"), "EISDIR"],
  ["open append of a FIFO that nobody reads", (s, at) => s.open(at("fifo"), "append"), "ENXIO"],
  ["open of a name of 256 bytes", (s, at) => s.open(at(LONG), "read"), "ENAMETOOLONG"],
  ["open of a name of 256 bytes, 128 letters", (s, at) => s.open(at(WIDE), "read"), "ENAMETOOLONG"],
  ["open of a path of 4,200 bytes", (s) => s.open(LONG_PATH, "read"), "ENAMETOOLONG"],
  ["close of nothing open", (s) => s.close(9999), "EBADF"],
  ["read of nothing open", (s) => s.read(9999, bytes("x")), "EBADF"],
  ["write to nothing open", (s) => s.write(9999, bytes("x")), "EBADF"],
  ["fstat of nothing open", (s) => s.fstat(9999), "EBADF"],
  ["fsync of nothing open", (s) => s.fsync(9999), "EBADF"],
  ["lstat of a file", (s, at) => kind(s.lstat(at("file"))), "file"],
  ["lstat of a folder", (s, at) => kind(s.lstat(at("dir"))), "directory"],
  ["lstat of a link", (s, at) => kind(s.lstat(at("link"))), "symlink"],
  ["lstat of a FIFO", (s, at) => kind(s.lstat(at("fifo"))), "special file"],
  ["lstat of a loop", (s, at) => kind(s.lstat(at("loop"))), "symlink"],
  ["lstat of nothing", (s, at) => s.lstat(at("none")), "ENOENT"],
  ["stat of a link", (s, at) => kind(s.stat(at("link"))), "file"],
  ["stat of a dangling link", (s, at) => s.stat(at("away")), "ENOENT"],
  ["stat of a loop", (s, at) => s.stat(at("loop")), "ELOOP"],
  ["stat of a device", (s) => kind(s.stat("/dev/null")), "special file"],
  ["stat of an empty path", (s) => s.stat(""), "ENOENT"],
  ["rename to a new name", (s, at) => s.rename(at("file"), at("new")), ""],
  ["rename over a file", (s, at) => s.rename(at("file"), at("dir/inner")), ""],
  ["rename of nothing", (s, at) => s.rename(at("none"), at("new")), "ENOENT"],
  ["rename of a file over a folder", (s, at) => s.rename(at("file"), at("empty")), "EISDIR"],
  ["rename of a folder over a file", (s, at) => s.rename(at("empty"), at("file")), "ENOTDIR"],
  ["rename of a folder over an empty one", (s, at) => s.rename(at("dir"), at("empty")), ""],
  ["rename of a folder over a full one", (s, at) => s.rename(at("empty"), at("dir")), "ENOTEMPTY"],
  ["rename of a folder into itself", (s, at) => s.rename(at("dir"), at("dir/x")), "EINVAL"],
  ["rename to another file system", (s, at) => s.rename(at("file"), "/proc/x"), "EXDEV"],
  ["link to a new name", (s, at) => s.link(at("file"), at("new")), ""],
  ["link over a file", (s, at) => s.link(at("file"), at("dir/inner")), "EEXIST"],
  ["link over itself", (s, at) => s.link(at("file"), at("file")), "EEXIST"],
  ["link of nothing", (s, at) => s.link(at("none"), at("new")), "ENOENT"],
  ["link of a folder", (s, at) => s.link(at("dir"), at("new")), "EPERM"],
  ["symlink", (s, at) => [s.symlink("any text", at("new")), s.readlink(at("new"))], ["", { target: "any text" }]],
  ["symlink over a file", (s, at) => s.symlink("x", at("file")), "EEXIST"],
  ["symlink over a dangling link", (s, at) => s.symlink("x", at("away")), "EEXIST"],
  ["symlink without the folder", (s, at) => s.symlink("x", at("none/x")), "ENOENT"],
  ["symlink below a file", (s, at) => s.symlink("x", at("file/x")), "ENOTDIR"],
  ["symlink to nothing", (s, at) => s.symlink("", at("new")), "ENOENT"],
  ["unlink of a file", (s, at) => s.unlink(at("file")), ""],
  ["unlink of nothing", (s, at) => s.unlink(at("none")), "ENOENT"],
  ["unlink of a folder", (s, at) => s.unlink(at("dir")), "EISDIR"],
  ["mkdir", (s, at) => s.mkdir(at("new"), 0o700), ""],
  ["mkdir over a folder", (s, at) => s.mkdir(at("dir"), 0o700), "EEXIST"],
  ["mkdir over a file", (s, at) => s.mkdir(at("file"), 0o700), "EEXIST"],
  ["mkdir below a file", (s, at) => s.mkdir(at("file/x"), 0o700), "ENOTDIR"],
  ["rmdir of an empty folder", (s, at) => s.rmdir(at("empty")), ""],
  ["rmdir of a full folder", (s, at) => s.rmdir(at("dir")), "ENOTEMPTY"],
  ["rmdir of a file", (s, at) => s.rmdir(at("file")), "ENOTDIR"],
  ["fchmod of nothing", (s) => s.fchmod(9999, 0o600), "EBADF"],
  ["list of a folder", (s, at) => s.list(at("dir")), ["inner"]],
  ["list of an empty folder", (s, at) => s.list(at("empty")), []],
  ["list of a linked folder", (s, at) => s.list(at("dirlink")), "ENOTDIR"],
  ["list of a file", (s, at) => s.list(at("file")), "ENOTDIR"],
  ["list of nothing", (s, at) => s.list(at("none")), "ENOENT"],
  ["readlink of a link", (s, at) => s.readlink(at("link")), { target: "file" }],
  ["readlink of a file", (s, at) => s.readlink(at("file")), "EINVAL"],
  ["readlink of nothing", (s, at) => s.readlink(at("none")), "ENOENT"],
  ["realpath of a dangling link", (s, at) => s.realpath(at("away")), "ENOENT"],
  ["realpath of a loop", (s, at) => s.realpath(at("loop")), "ELOOP"],
  ["realpath below a file", (s, at) => s.realpath(at("file/x")), "ENOTDIR"],
];

/** Every call that takes a path, with one that holds a NUL. */
const NUL_ROWS: readonly Row[] = [
  ["open", (s, at) => s.open(at("a\0b"), "read"), "EINVAL"],
  ["open create", (s, at) => s.open(at("a\0b"), "create"), "EINVAL"],
  ["lstat", (s, at) => s.lstat(at("file\0b")), "EINVAL"],
  ["stat", (s, at) => s.stat(at("file\0b")), "EINVAL"],
  ["rename from", (s, at) => s.rename(at("file\0b"), at("new")), "EINVAL"],
  ["rename to", (s, at) => s.rename(at("file"), at("new\0b")), "EINVAL"],
  ["link from", (s, at) => s.link(at("file\0b"), at("new")), "EINVAL"],
  ["link to", (s, at) => s.link(at("file"), at("new\0b")), "EINVAL"],
  ["symlink to", (s, at) => s.symlink("a\0b", at("new")), "EINVAL"],
  ["symlink at", (s, at) => s.symlink("a", at("new\0b")), "EINVAL"],
  ["unlink", (s, at) => s.unlink(at("file\0b")), "EINVAL"],
  ["mkdir", (s, at) => s.mkdir(at("new\0b"), 0o700), "EINVAL"],
  ["rmdir", (s, at) => s.rmdir(at("empty\0b")), "EINVAL"],
  ["list", (s, at) => s.list(at("dir\0b")), "EINVAL"],
  ["readlink", (s, at) => s.readlink(at("link\0b")), "EINVAL"],
  ["realpath", (s, at) => s.realpath(at("file\0b")), "EINVAL"],
];

for (const sys of SYSTEMS) {
  describe(`Sys ${sys.name}`, () => {
    let dir = "";
    const at = (name: string): string => `${dir}/${name}`;
    beforeEach(() => {
      dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-sys-")));
      furnish(dir);
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    for (const [call, run, answer] of ROWS) {
      test(`answers ${JSON.stringify(answer)} to ${call}`, () => {
        expect(run(sys, at)).toEqual(answer);
      });
    }

    for (const [call, run, answer] of NUL_ROWS) {
      test(`${call} refuses a NUL in a path and touches nothing`, () => {
        expect(run(sys, at)).toEqual(answer);
        expect(sys.list(dir)).not.toContain("new");
        expect(kind(sys.lstat(at("file")))).toBe("file");
        expect(kind(sys.lstat(at("empty")))).toBe("directory");
      });
    }

    test("stat fields are those of the system, to the nanosecond", () => {
      utimesSync(at("file"), new Date(), new Date(1_700_000_000_123));
      const want = lstatSync(at("file"), { bigint: true });
      const fd = sys.open(at("file"), "read");
      if (failed(fd)) throw new Error(fd);
      const expected = {
        kind: "file" as const,
        dev: `${want.dev}`,
        ino: `${want.ino}`,
        mode: 0o640,
        uid: Number(want.uid),
        nlink: 1,
        size: 5,
        mtimeNs: `${want.mtimeNs}`,
        ctimeNs: `${want.ctimeNs}`,
      };
      for (const found of [sys.lstat(at("file")), sys.stat(at("file")), sys.stat(at("link")), sys.fstat(fd)]) {
        expect(named(found)).toEqual(expected);
      }
      sys.close(fd);
    });

    test("stat knows a size beyond 4 GiB, a time before 1970 and special mode bits", () => {
      Bun.spawnSync(["truncate", "-s", "5G", at("file")]);
      Bun.spawnSync(["touch", "-d", "1969-12-31T23:59:58.5Z", at("file")]);
      chmodSync(at("dir"), 0o1777);
      const stat = sys.stat(at("file"));
      if (failed(stat)) throw new Error(stat);
      expect(stat.size).toBe(5 * 1024 ** 3);
      // Ages are made of it: a little before 1970, not far in the future.
      expect(Number(stat.mtimeNs)).toBeWithin(-3e9, 0);
      expect(sys.stat(at("dir"))).toMatchObject({ mode: 0o1777 });
    });

    test("new files are for their owner alone", () => {
      for (const mode of ["create", "append"] as const) {
        opened(sys, sys.open(at(mode), mode));
        expect(sys.stat(at(mode))).toMatchObject({ mode: 0o600 });
      }
      sys.mkdir(at("private"), 0o700);
      expect(sys.stat(at("private"))).toMatchObject({ mode: 0o700 });
      const fd = sys.open(at("file"), "read");
      if (failed(fd)) throw new Error(fd);
      expect(sys.fchmod(fd, 0o400)).toBe("");
      sys.close(fd);
      expect(sys.stat(at("file"))).toMatchObject({ mode: 0o400 });
    });

    test("write, append, read and readAt move the bytes that they say", () => {
      const made = sys.open(at("data"), "create");
      if (failed(made)) throw new Error(made);
      expect(writeAll(sys, made, bytes("0123456789"))).toBe("");
      expect(sys.fsync(made)).toBe("");
      sys.close(made);
      const more = sys.open(at("data"), "append");
      if (failed(more)) throw new Error(more);
      expect(sys.write(more, bytes("ab"))).toBe(2);
      sys.close(more);
      expect(readFileSync(at("data"), "utf8")).toBe("0123456789ab");

      const fd = sys.open(at("data"), "read");
      if (failed(fd)) throw new Error(fd);
      const into = new Uint8Array(4);
      expect(sys.readAt(fd, into, 8)).toBe(4);
      expect(into).toEqual(bytes("89ab"));
      expect(sys.readAt(fd, into, 11)).toBe(1);
      expect(sys.readAt(fd, into, 99)).toBe(0);
      expect(sys.read(fd, into)).toBe(4);
      expect(into).toEqual(bytes("0123"));
      // Into a part of a larger buffer, as readAll does.
      const large = new Uint8Array(10);
      expect(sys.read(fd, large.subarray(3, 5))).toBe(2);
      expect(large).toEqual(bytes("\0\0\u000045\0\0\0\0\0"));
      expect(readAll(sys, fd, 100)).toEqual(bytes("6789ab"));
      expect(sys.read(fd, into)).toBe(0);
      sys.close(fd);
    });

    test("read of a folder, and of an open FIFO that nobody writes, answers at once", () => {
      const folder = sys.open(at("dir"), "read");
      const fifo = sys.open(at("fifo"), "read");
      if (failed(folder) || failed(fifo)) throw new Error("not open");
      expect(sys.read(folder, bytes("x"))).toBe("EISDIR");
      expect(sys.read(fifo, bytes("x"))).toBe(0);
      sys.close(folder);
      sys.close(fifo);
    });

    test("list gives every name of a large folder, odd ones included, and neither . nor ..", () => {
      const odd = [
        ".hidden",
        "...",
        "..x",
        "a\nb",
        "a b",
        "-rf",
        "é",
        "日本語",
        "x".repeat(255),
        "\u001b[31m",
        "%s",
        "'",
      ];
      const many = Array.from({ length: 3000 }, (_, i) => `file-${i}-${"n".repeat(i % 60)}`);
      for (const name of [...odd, ...many]) writeFileSync(at(`empty/${name}`), "");
      const names = sys.list(at("empty"));
      if (failed(names)) throw new Error(names);
      expect(names.toSorted()).toEqual([...odd, ...many].toSorted());
    });

    test("list shows a name that is no UTF-8 with a sign in place of what cannot be read", () => {
      Bun.spawnSync(["sh", "-c", `: > "$(printf 'a\\377b')"`], { cwd: at("empty") });
      expect(sys.list(at("empty"))).toEqual(["a\ufffdb"]);
    });

    test("names that are not ASCII survive every call", () => {
      const name = at("é 日本語 👍🏽\n");
      opened(sys, sys.open(name, "create"));
      expect(sys.rename(name, `${name}2`)).toBe("");
      expect(kind(sys.lstat(`${name}2`))).toBe("file");
      expect(sys.realpath(`${name}2`)).toEqual({ path: `${dir}/é 日本語 👍🏽\n2` });
      symlinkSync("é👍🏽", at("é"));
      expect(sys.readlink(at("é"))).toEqual({ target: "é👍🏽" });
    });

    test("realpath resolves links, dots and doubled slashes", () => {
      expect(sys.realpath(at("link"))).toEqual({ path: at("file") });
      expect(sys.realpath(at("dirlink/../dirlink//./inner"))).toEqual({ path: at("dir/inner") });
      expect(sys.realpath("/")).toEqual({ path: "/" });
    });

    test("readText follows links, stops at its limit and never waits", () => {
      expect(readText(sys, at("link"), 100)).toEqual({ text: "hello" });
      expect(readText(sys, at("file"), 3)).toEqual({ text: "hel" });
      expect(readText(sys, at("fifo"), 100)).toEqual({ text: "" });
      expect(readText(sys, at("dir"), 100)).toBe("EISDIR");
      expect(readText(sys, at("none"), 100)).toBe("ENOENT");
      writeFileSync(at("big"), "y".repeat(100_000));
      expect(readText(sys, at("big"), 1_000_000)).toEqual({ text: "y".repeat(100_000) });
    });

    test("the clock only goes forward, and sleepMs lets it", () => {
      const before = sys.monotonicMs();
      sys.sleepMs(3);
      expect(sys.monotonicMs() - before).toBeGreaterThanOrEqual(2.5);
    });

    test("uid is this user's", () => {
      expect(sys.uid()).toBe(process.getuid?.() ?? -1);
    });
  });
}
