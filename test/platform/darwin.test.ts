/** What coord asks of macOS, and how it reads the answers: darwin-library.ts says where their layout is from. */
import { describe, expect, test } from "bun:test";
import { judge } from "../../src/domain/process.ts";
import { processes } from "../../src/platform/processes.ts";
import { catchSignals } from "../../src/platform/signals.ts";
import { BSDINFO_SIZE, darwinOn, LIBRARY, parseBsdInfo, SYMBOLS } from "../../src/platform/sys/darwin.ts";
import { darwinNative } from "../../src/platform/sys/load.ts";
import { nodeSys } from "../../src/platform/sys/node.ts";
import { bsdInfo, MAC, playedLibrary, type Played } from "./darwin-library.ts";

const native = (played: Partial<Played> = {}) => darwinNative(darwinOn(playedLibrary({ ...MAC, ...played })), nodeSys);
const onMac = (played: Partial<Played> = {}) => processes(native(played), judge);
const ME = { [process.pid]: { ppid: process.ppid } };

test("the library is named by its whole path, so that none of a project's is loaded in its place", () => {
  expect(LIBRARY).toBe("/usr/lib/libSystem.B.dylib");
});

test("no symbol is bound that macOS lacks", () => {
  // Where each is declared. One more has to be looked up there: dlopen fails as a whole for a single one that is missing.
  const DECLARED: Readonly<Record<keyof typeof SYMBOLS, string>> = {
    clock_gettime_nsec_np: "time.h, macOS 10.12",
    sysctlbyname: "sys/sysctl.h",
    gethostuuid: "unistd.h, macOS 10.5",
    proc_pidinfo: "libproc.h, macOS 10.5",
    proc_pidpath: "libproc.h, macOS 10.5",
    poll: "poll.h",
    sigaction: "signal.h",
    fcntl: "fcntl.h",
  };
  expect(Object.keys(SYMBOLS).toSorted()).toEqual(Object.keys(DECLARED).toSorted());
});

describe("parseBsdInfo()", () => {
  test("reads start time, parent, command and state", () => {
    expect(bsdInfo(1, { ppid: 1 })).toHaveLength(BSDINFO_SIZE);
    expect(parseBsdInfo(bsdInfo(4711, { ppid: 42, status: 2, command: "claude" }))).toEqual({
      start: "1767873953123456",
      zombie: false,
      ppid: 42,
      command: "claude",
    });
  });

  test("ends a command of 15 bytes where the next field begins", () => {
    const command = "a-program-with-a-long-name";
    expect(parseBsdInfo(bsdInfo(1, { ppid: 1, command })).command).toBe("a-program-with-");
  });

  test("tells starts apart that are a microsecond apart", () => {
    const start = (seconds: bigint, micros: bigint) => parseBsdInfo(bsdInfo(1, { ppid: 1, seconds, micros })).start;
    expect(start(1n, 999_999n)).not.toBe(start(2n, 0n));
  });

  test.each([
    [1, false],
    [2, false],
    [3, false],
    // SSTOP: a stopped process is alive.
    [4, false],
    [5, true],
  ])("takes status %d for a zombie: %p", (status, zombie) => {
    expect(parseBsdInfo(bsdInfo(1, { ppid: 1, status })).zombie).toBe(zombie);
  });
});

describe("processes() on macOS", () => {
  test("knows itself, in names that fit a guard token", () => {
    const here = onMac({ processes: ME });
    const me = here.self();
    expect(me).toMatchObject({ boot: "5e6ffebe3d2c4c62", pidns: "0", pid: process.pid, start: "1767873953123456" });
    for (const part of [me.host, me.boot, me.pidns, me.start]) expect(part).toMatch(/^[A-Za-z0-9]+$/);
    expect(here.judge(me)).toBe("alive");
    expect(here.clock()).toEqual({ monoMs: 86_400_000.123456, boot: me.boot });
  });

  test("knows the machine by its UUID and the boot by its own: another of either is not taken for this one", () => {
    const me = onMac({ processes: ME }).self();
    expect(onMac({ processes: ME, hostUuid: "ff".repeat(16) }).judge(me)).toBe("unknown");
    expect(onMac({ processes: ME, bootSession: "00000000-3D2C-4C62-9A60-0D8F7B9C1A2E" }).judge(me)).toBe("dead");
  });

  test("judges nobody dead where the system tells neither machine nor boot", () => {
    const here = onMac({ processes: ME, hostUuid: undefined, bootSession: undefined });
    expect(here.judge({ ...here.self(), pid: 2 ** 30 })).toBe("unknown");
    expect(here.clock().boot).toBe("0");
  });

  test("judges a zombie dead, which its parent has not fetched yet", () => {
    const here = onMac({ processes: { [process.pid]: { ppid: 1, status: 5 } } });
    expect(here.judge({ ...here.self(), start: "1767873953123456" })).toBe("dead");
    expect(here.find(process.pid)).toBeUndefined();
  });

  test("judges another process with the same number dead, and one that cannot be looked at alive", () => {
    const me = onMac({ processes: ME }).self();
    expect(onMac({ processes: ME }).judge({ ...me, start: "1767873953123455" })).toBe("dead");
    expect(onMac().judge(me)).toBe("alive");
  });

  test("finds the client also where its file is named after its version, as claude installs itself", () => {
    const path = "/Users/ann/.local/share/claude/versions/2.1.112";
    const client = { ppid: 1, command: "2.1.112", path };
    const shell = { ppid: 2_000_000, command: "zsh", path: "/bin/zsh" };
    const [parent, grandparent] = [process.ppid, 2_000_000];
    // Found by its name; it is looked up again, and then really is no process of this machine.
    const seen: number[] = [];
    const library = playedLibrary({ ...MAC, processes: { [parent]: shell, [grandparent]: client } });
    const darwin = darwinOn(library);
    const told = { ...darwin, programPath: (pid: number) => (seen.push(pid), darwin.programPath(pid)) };
    processes(darwinNative(told, nodeSys), judge).ancestor(["claude"]);
    expect(seen).toEqual([parent, grandparent]);
    const direct = onMac({ processes: { [parent]: client } });
    expect(direct.ancestor(["claude"])?.pid).toBe(parent);
    expect(direct.ancestor(["versions", "share"])).toBeUndefined();
  });
});

describe("the calls", () => {
  const called = (use: (darwin: ReturnType<typeof darwinOn>) => unknown, played = MAC): readonly string[] => {
    const calls: string[] = [];
    use(darwinOn(playedLibrary(played, calls)));
    return calls;
  };

  test("are made with macOS' own numbers", () => {
    // CLOCK_UPTIME_RAW (8) counts no sleep, as CLOCK_MONOTONIC of Linux; that of macOS (6) does.
    expect(called((darwin) => darwin.monotonicMs())).toEqual(["clock_gettime_nsec_np 8"]);
    expect(called((darwin) => darwin.bootSession())).toEqual(["sysctlbyname kern.bootsessionuuid\0"]);
    expect(called((darwin) => darwin.hostUuid())).toEqual(["gethostuuid 1.0"]);
    expect(called((darwin) => darwin.bsdInfo(7))).toEqual([`proc_pidinfo 7 3 1 ${BSDINFO_SIZE}`]);
    expect(called((darwin) => darwin.readable(0, 1.2))).toEqual(["poll 0 1 1 2"]);
    expect(called((darwin) => darwin.fullSync(5))).toEqual(["fcntl 5 51"]);
  });

  test("fsync reaches the disk itself, and does what it can where the file system has no such call", () => {
    expect(native().sys.fsync(9999)).toBe("");
    expect(native({ fullSync: -1 }).sys.fsync(9999)).toBe("EBADF");
  });

  test("a signal that this process was started to ignore stays ignored", () => {
    // SIGHUP has the same number on both systems.
    const { ignored, letGo } = catchSignals(native({ ignored: [1] }).sys, ["SIGHUP", "SIGTERM"], () => {});
    letGo();
    expect(ignored).toEqual(["SIGHUP"]);
  });
});
