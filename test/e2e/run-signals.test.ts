/** Signals, terminals and a lost lock: what happens to the command of `coord run`. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { BINARY, layProject, until, type Project } from "../hooks/project.ts";
import { faults, leftovers, locks } from "../hooks/state.ts";
import { coord } from "./cli.ts";

/** Writes its process ID, then a line for each signal, and ends at SIGTERM with 9. */
const LISTENER = `
  for s in INT QUIT HUP USR1 USR2; do trap "echo $s >> log" $s; done
  trap "exit 9" TERM
  echo $$ > pid
  while :; do sleep 0.02; done`;

const strays = new Set<number>();
afterEach(() => {
  for (const pid of strays) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  strays.clear();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface Running {
  readonly run: Bun.Subprocess;
  /** The command's own process. */
  readonly pid: number;
}

async function start(project: Project, script: string, flags: readonly string[] = [], before = ""): Promise<Running> {
  const words = ["run", "--lock", "a.ts", ...flags, "--", "sh", "-c", script];
  const run = Bun.spawn(["sh", "-c", `${before} exec "$@"`, "sh", BINARY, ...words], {
    cwd: project.dir,
    env: project.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: Bun.file(project.path("err")),
  });
  strays.add(run.pid);
  await until("the command runs", () => project.has("pid") && project.content("pid").endsWith("\n"));
  const pid = Number(project.content("pid"));
  strays.add(pid);
  return { run, pid };
}

function log(project: Project): readonly string[] {
  return existsSync(project.path("log")) ? project.content("log").split("\n").slice(0, -1) : [];
}

describe("a signal to coord alone", () => {
  for (const name of ["INT", "QUIT", "HUP", "USR1", "USR2"] as const) {
    test(`SIG${name} is passed on, once`, async () => {
      using project = layProject();
      const { run } = await start(project, LISTENER);
      run.kill(`SIG${name}`);
      await until("it was passed on", () => log(project).length > 0);
      run.kill("SIGTERM");
      expect(await run.exited).toBe(9);
      expect(log(project)).toEqual([name]);
      expect(leftovers(project.state)).toEqual([]);
    });
  }

  test("SIGTERM that ends the command is 143, and the lock is released", async () => {
    using project = layProject();
    const { run } = await start(project, "echo $$ > pid; exec sleep 60");
    run.kill("SIGTERM");
    expect(await run.exited).toBe(143);
    expect(leftovers(project.state)).toEqual([]);
    expect(faults(project.state)).toEqual([]);
  });

  test("one that coord was started to ignore stays ignored, by the command too", async () => {
    using project = layProject();
    const { run, pid } = await start(project, "echo $$ > pid; exec sleep 60", [], "trap '' HUP;");
    run.kill("SIGHUP");
    process.kill(pid, "SIGHUP");
    run.kill("SIGTERM");
    expect(await run.exited).toBe(143);
  });

  test("one that comes while it waits for the lock ends it, and the command never begins", async () => {
    using project = layProject();
    coord(project, ["lock", "acquire", "a.ts", "--as", "agent-a"]);
    const run = Bun.spawn([BINARY, "run", "--lock", "a.ts", "--wait", "60s", "--", "touch", "begun"], {
      cwd: project.dir,
      env: project.env,
      stdin: "ignore",
    });
    strays.add(run.pid);
    const isRegistered = (): boolean => leftovers(project.state).some((name) => name.includes(`.run-${run.pid}`));
    await until("it was refused once", isRegistered);
    run.kill("SIGTERM");
    expect(await run.exited).toBe(143);
    expect(run.signalCode).toBe("SIGTERM");
    expect(project.has("begun")).toBe(false);
    expect(isRegistered()).toBe(false);
  });
});

describe("a lock that is lost", () => {
  const lockId = (project: Project): string =>
    /Lock ID: (\S+)/.exec(coord(project, ["lock", "list"]).out)?.[1] ?? "none";
  const force = (project: Project): number =>
    coord(project, ["lock", "release", "a.ts", "--force", "--lock-id", lockId(project), "--as", "boss"]).code ?? -1;

  test("by a forced release ends the command and is told in one line, with 125", async () => {
    using project = layProject();
    const { run, pid } = await start(project, LISTENER);
    expect(force(project)).toBe(0);
    expect(await run.exited).toBe(125);
    expect(isAlive(pid)).toBe(false);
    expect(project.content("err")).toMatch(
      /^coord run: The lock on "a.ts" was ended by force by boss at .*; "sh" is told to end\n$/,
    );
    expect(leftovers(project.state)).toEqual([]);
  });

  test("is one error object in --json", async () => {
    using project = layProject();
    const { run } = await start(project, LISTENER, ["--json"]);
    force(project);
    expect(await run.exited).toBe(125);
    expect(JSON.parse(project.content("err"))).toMatchObject({ error: { code: "LOCK_EXPIRED", exit_code: 125 } });
  });

  test("because coord did not run for longer than it lasts is not believed to be held still", async () => {
    using project = layProject();
    const { run, pid } = await start(project, LISTENER, ["--ttl", "1s"]);
    run.kill("SIGSTOP");
    expect(coord(project, ["lock", "acquire", "a.ts", "--wait", "14s", "--as", "agent-b"]).code).toBe(0);
    run.kill("SIGCONT");
    expect(await run.exited).toBe(125);
    expect(isAlive(pid)).toBe(false);
    expect(project.content("err")).toContain("agent-b was granted it since");
    expect(locks(project.state)).toEqual(["a.ts claim agent-b"]);
  });

  test("at the very end is 125 too", async () => {
    using project = layProject();
    // The command stops coord, so that nobody notices before the end.
    const script = `kill -STOP $PPID; "$1" lock release a.ts --force --lock-id "$("$1" lock list | sed -n 's/.*Lock ID: //p')" --as boss; (sleep 0.1; kill -CONT $2) & exit 0`;
    const words = ["run", "--lock", "a.ts", "--", "sh", "-c", `set -- "$1" $PPID; ${script}`, "sh", BINARY];
    const ran = coord(project, words);
    expect(ran.code).toBe(125);
    expect(ran.err).toMatch(/^coord run: The lock on "a.ts" was ended by force by boss at .*\n$/);
  });
});

test("a lock with a short life is renewed for as long as the command runs", async () => {
  using project = layProject();
  const script = `"$1" lock acquire a.ts --wait 3s --as other; [ $? = 10 ]`;
  const ran = coord(project, ["run", "--lock", "a.ts", "--ttl", "1s", "--", "sh", "-c", script, "sh", BINARY]);
  expect(ran.code).toBe(0);
});

test("a coord that is killed leaves the lock free at once, and the command goes on", async () => {
  using project = layProject();
  const { run, pid } = await start(project, "echo $$ > pid; exec sleep 60");
  expect(coord(project, ["lock", "acquire", "a.ts", "--as", "agent-b"]).code).toBe(10);
  run.kill("SIGKILL");
  await run.exited;
  expect(coord(project, ["lock", "acquire", "a.ts", "--as", "agent-b"]).code).toBe(0);
  expect(isAlive(pid)).toBe(true);
});

describe("in a terminal", () => {
  interface Screen extends AsyncDisposable {
    readonly type: (text: string) => void;
    readonly shows: (text: string) => Promise<void>;
    readonly child: Bun.Subprocess;
  }

  /** A terminal in which `argv` is the foreground. */
  function terminal(project: Project, argv: readonly string[]): Screen {
    let seen = "";
    const child = Bun.spawn([...argv], {
      cwd: project.dir,
      env: { ...project.env, TERM: "dumb", PS1: "$ " },
      terminal: {
        cols: 200,
        rows: 50,
        data: (_, bytes) => {
          seen += new TextDecoder().decode(bytes);
        },
      },
    });
    strays.add(child.pid);
    const { terminal: tty } = child;
    if (tty === undefined) throw new Error("no terminal");
    return {
      child,
      type: (text) => void tty.write(text),
      shows: async (text) => {
        const from = seen.indexOf(text);
        if (from >= 0) {
          seen = seen.slice(from + text.length);
          return;
        }
        await until(`the terminal shows ${JSON.stringify(text)} in ${JSON.stringify(seen)}`, () => seen.includes(text));
        seen = seen.slice(seen.indexOf(text) + text.length);
      },
      [Symbol.asyncDispose]: async () => {
        child.kill("SIGKILL");
        await child.exited;
        tty.close();
      },
    };
  }

  test("Ctrl-C reaches the command once, and a signal to coord alone after it too", async () => {
    using project = layProject();
    await using screen = terminal(project, [BINARY, "run", "--lock", "a.ts", "--", "sh", "-c", LISTENER]);
    await until("the command runs", () => project.has("pid"));
    for (let n = 1; n <= 3; n += 1) {
      screen.type("\u0003");
      await until("Ctrl-C has come", () => log(project).length >= 2 * n - 1);
      screen.child.kill("SIGUSR1");
      // It is passed on after the witness had its time to speak.
      await until("the other signal has come", () => log(project).length >= 2 * n);
    }
    screen.type("\u001c");
    await until("Ctrl-\\ has come", () => log(project).includes("QUIT"));
    screen.child.kill("SIGTERM");
    expect(await screen.child.exited).toBe(9);
    expect(log(project)).toEqual(["INT", "USR1", "INT", "USR1", "INT", "USR1", "QUIT"]);
  });

  test("Ctrl-C that ends the command ends coord by the same signal, with nothing left", async () => {
    using project = layProject();
    await using screen = terminal(project, [
      BINARY,
      "run",
      "--lock",
      "a.ts",
      "--",
      "sh",
      "-c",
      "echo go; exec sleep 60",
    ]);
    await screen.shows("go");
    screen.type("\u0003");
    expect(await screen.child.exited).toBe(130);
    expect(screen.child.signalCode).toBe("SIGINT");
    expect(leftovers(project.state)).toEqual([]);
  });

  test("Ctrl-Z stops both, fg lets both go on, and the lock is held meanwhile", async () => {
    using project = layProject();
    await using screen = terminal(project, ["bash", "--norc", "--noprofile", "-i"]);
    screen.type(`${BINARY} run --lock a.ts -- sh -c 'echo $$ > pid; echo g''o; exec sleep 60'\n`);
    await screen.shows("go\r\n");
    const pid = Number(readFileSync(project.path("pid"), "utf8"));
    screen.type("\u001a");
    await screen.shows("Stopped");
    expect(state(pid)).toBe("T");
    expect(coord(project, ["lock", "acquire", "a.ts", "--as", "agent-b"]).code).toBe(10);
    screen.type("fg\n");
    await until("it goes on", () => state(pid) === "S");
    screen.type("\u0003");
    screen.type("echo co''de $?\n");
    await screen.shows("code 130");
    expect(locks(project.state)).toEqual([]);
  });
});

function state(pid: number): string {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "?";
}
