import { afterEach, describe, expect, test } from "bun:test";
import { judge } from "../../src/domain/process.ts";
import { parseProcStat } from "../../src/platform/linux-processes.ts";
import { processes } from "../../src/platform/processes.ts";
import { SYSTEMS } from "./systems.ts";

/** /proc/PID/stat of a process with this command, as proc(5) lays it out: field 3 is the state, 20 threads, 22 start. */
function stat(command: string, state = "S", start = "987654"): string {
  const from4to19 = Array.from({ length: 16 }, (_, i) => `${i + 4}`).with(0, "42");
  const rest = ["7", "0", start, "1000000", "200", ...Array.from({ length: 28 }, () => "0")];
  return `4711 (${command}) ${[state, ...from4to19, ...rest].join(" ")}\n`;
}

describe("parseProcStat()", () => {
  test.each([
    "bash",
    "",
    " ",
    "a b",
    ")",
    "(",
    "()",
    ") S 1 2",
    "x) Z 1 (y",
    "((((",
    "))))",
    "a\nb",
    "1) R 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 1 ",
    "日本語",
  ])("finds the fields behind a command named %j", (command) => {
    expect(parseProcStat(stat(command))).toEqual({ command, state: "S", ppid: 42, threads: 7, start: "987654" });
  });

  test.each([
    ["nothing", ""],
    ["no command", "4711 S 1 2 3"],
    ["a line that was cut", stat("bash").slice(0, 60)],
    ["parentheses the wrong way round", "4711 )bash( S 1"],
    ["a start time that is no number", stat("bash", "S", "x")],
  ])("says that it cannot tell from %s", (_, text) => expect(parseProcStat(text)).toBeUndefined());
});

for (const sys of SYSTEMS.filter(() => process.platform === "linux")) {
  describe(`processes() on ${sys.name}`, () => {
    const here = processes({ sys, darwin: undefined }, judge);
    const children: { kill: (signal: number) => void; exited: Promise<number> }[] = [];
    const spawn = (...command: readonly string[]) => {
      const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "ignore" });
      children.push(child);
      return child;
    };
    afterEach(async () => {
      for (const child of children.splice(0)) {
        child.kill(9);
        await child.exited;
      }
    });

    test("knows itself, the same each time, in names that fit a guard token", () => {
      const me = here.self();
      expect(me).toEqual(processes({ sys, darwin: undefined }, judge).self());
      expect(me.pid).toBe(process.pid);
      expect(here.find(process.pid)).toEqual(me);
      expect(here.judge(me)).toBe("alive");
      for (const part of [me.host, me.boot, me.pidns, me.start]) expect(part).toMatch(/^[A-Za-z0-9]+$/);
      expect(me.boot).not.toBe("0");
    });

    test("judges a child alive while it runs and while it is stopped, dead once it was killed", async () => {
      const child = spawn("sleep", "60");
      const ref = here.find(child.pid);
      if (ref === undefined) throw new Error("not found");
      expect(here.judge(ref)).toBe("alive");
      child.kill("SIGSTOP");
      expect(here.judge(ref)).toBe("alive");
      child.kill("SIGKILL");
      await child.exited;
      expect(here.judge(ref)).toBe("dead");
      expect(here.find(child.pid)).toBeUndefined();
    });

    test("judges a zombie dead, which its parent has not fetched yet", async () => {
      // The shell starts a child, and becomes a program that never fetches it. Only then the child may end: the shell
      // would fetch it.
      const child = spawn("sh", "-c", "sleep 60 & echo $!; exec sleep 60");
      const pid = Number(new TextDecoder().decode((await child.stdout.getReader().read()).value));
      while (parseProcStat(readStat(child.pid))?.command !== "sleep") await Bun.sleep(1);
      process.kill(pid, "SIGKILL");
      while (parseProcStat(readStat(pid))?.state !== "Z") await Bun.sleep(1);
      expect(here.judge({ ...here.self(), pid, start: "0" })).toBe("dead");
      expect(here.find(pid)).toBeUndefined();
    });

    test("judges another process with the same number dead", () => {
      expect(here.judge({ ...here.self(), start: "1" })).toBe("dead");
    });

    test("judges the process of another machine or namespace unknown, of another boot dead", () => {
      const me = here.self();
      expect(here.judge({ ...me, host: "other" })).toBe("unknown");
      expect(here.judge({ ...me, pidns: "1" })).toBe("unknown");
      expect(here.judge({ ...me, boot: "other" })).toBe("dead");
    });

    test("finds no process under numbers that are none", () => {
      for (const pid of [2 ** 31 - 1, 4_194_305]) expect(here.find(pid)).toBeUndefined();
    });

    test("finds the nearest ancestor by its command", () => {
      const command = parseProcStat(readStat(process.ppid))?.command;
      expect(here.ancestor([command ?? ""])?.pid).toBe(process.ppid);
      expect(here.ancestor(["no such program"])).toBeUndefined();
    });
  });
}

function readStat(pid: number): string {
  return Bun.spawnSync(["cat", `/proc/${pid}/stat`]).stdout.toString();
}
