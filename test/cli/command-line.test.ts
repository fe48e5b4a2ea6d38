import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOURCE = join(import.meta.dir, "..", "..", "src", "main.ts");
/** The program in one folder, with its lazily loaded parts: it starts in half the time of the sources. */
let program = "";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let folder = "";
let project = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coord-cli-"));
  await Bun.build({ entrypoints: [SOURCE], outdir: join(folder, "program"), target: "bun", splitting: true });
  program = join(folder, "program", "main.js");
  project = join(folder, "project");
  mkdirSync(join(folder, "home"));
  mkdirSync(project);
  Bun.spawnSync(["git", "init", "-q", project]);
  expect(coord("init").code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function environment(): Readonly<Record<string, string>> {
  return { PATH: process.env["PATH"] ?? "", HOME: join(folder, "home") };
}

function coordIn(cwd: string, words: readonly string[]): Ran {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, program, ...words], {
    cwd,
    env: environment(),
    stdin: "ignore",
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

function coord(...words: readonly string[]): Ran {
  return coordIn(project, words);
}

function shell(script: string): Ran {
  const { stdout, stderr, exitCode } = Bun.spawnSync(
    ["bash", "-c", script.replaceAll("coord ", `${process.execPath} ${program} `)],
    {
      cwd: project,
      env: environment(),
    },
  );
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

describe("help", () => {
  test("is the same without words, with --help and with -h, and names every command", () => {
    const bare = coord();
    expect(bare).toMatchObject({ code: 0, err: "" });
    expect(coord("--help")).toEqual(bare);
    expect(coord("-h")).toEqual(bare);
    for (const name of [
      "init",
      "install",
      "uninstall",
      "doctor",
      "status",
      "instance show",
      "lock acquire",
      "hook check",
    ]) {
      expect(bare.out).toContain(`  coord ${name} `);
    }
  });

  test("is there for every command, on stdout", () => {
    for (const words of [
      ["lock"],
      ["lock", "acquire"],
      ["install"],
      ["instance", "register"],
      ["hook", "check"],
      ["hook"],
    ]) {
      const { code, out, err } = coord(...words, "--help");
      expect({ words, code, err }).toEqual({ words, code: 0, err: "" });
      expect(out).toStartWith(`coord ${words.join(" ")}: `);
    }
  });

  test("--version says which one this is", () => {
    expect(coord("--version").out).toMatch(/^coord \d+\.\d+\.\d+/);
    expect(JSON.parse(coord("--version", "--json").out)).toEqual({
      version: expect.any(String),
      // Of the files that it writes: it changes far less often than the program.
      state_schema_version: "1.0.0",
    });
  });
});

describe("a wrong command line", () => {
  const wrong: readonly (readonly [words: readonly string[], said: string])[] = [
    [["lok", "list"], 'Unknown command "coord lok"; did you mean "coord lock list"?'],
    [["lock", "aquire", "x"], 'Unknown command "coord lock aquire"; did you mean "coord lock acquire"?'],
    [["lock"], "coord lock needs one of: acquire, release, renew, verify, check, wait, list, cleanup"],
    [["--verbose", "status"], 'Unknown flag "--verbose" before the command'],
    [["--version", "status"], 'coord --version does not take the argument "status"'],
    [["status", "now"], 'coord status does not take the argument "now"'],
    [["status", "--all"], 'coord status does not know the flag "--all"; "coord lock release" does'],
    [["lock", "acquire"], "coord lock acquire needs PATH"],
    [["lock", "acquire", "a", "--ttl", "soon"], '--ttl "soon" is not a duration'],
    [["lock", "acquire", "a", "--priority", "3"], 'coord lock acquire does not know the flag "--priority"'],
    [["lock", "release"], "coord lock release needs PATH or --all"],
    [["lock", "release", "a", "--all"], "coord lock release needs PATH or --all, not both"],
    [["instance", "register", "--task", "t"], "coord instance register needs --role TEXT"],
    [["instance", "register", "--task", "t", "--role", "r", "--pid", "x"], '--pid "x" is not a process ID'],
    [["instance", "heartbeat", "--as", "../x"], '"../x" cannot be an instance ID'],
    [["install", "--scope", "team"], 'coord install does not know --scope "team": one of user, project, local'],
    [["doctor", "surplus"], 'coord doctor does not take the argument "surplus"'],
  ];
  for (const [words, said] of wrong) {
    test(`${words.join(" ")}: exit code 2, said on stderr, with what to type next`, () => {
      const { code, out, err } = coord(...words);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      const [first, second, ...rest] = err.split("\n");
      expect(first).toBe(`Error: ${said}`);
      expect(second).toStartWith("Next: ");
      expect(rest).toEqual([""]);
    });
  }

  test("is one JSON object on stderr with --json", () => {
    const { code, out, err } = coord("lock", "acquire", "--json");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(JSON.parse(err)).toEqual({
      error: {
        code: "USAGE",
        exit_code: 2,
        message: "coord lock acquire needs PATH",
        hint: "coord lock acquire --help",
      },
    });
  });

  test("never blocks a tool call: as a hook the exit code is 1, not 2", () => {
    for (const words of [["hook"], ["hook", "later"], ["hook", "check", "--new"], ["hook", "check", "x"]]) {
      expect({ words, code: coord(...words).code }).toEqual({ words, code: 1 });
    }
  });
});

describe("locks", () => {
  test("are taken, seen, refused and given back, with the exit codes of DESIGN section 4", () => {
    const taken = coord("lock", "acquire", "src/a.ts", "--as", "ann", "--intent", "login", "--ttl", "10m", "--json");
    expect(taken).toMatchObject({ code: 0, err: "" });
    const { locks } = Object(JSON.parse(taken.out));
    expect(locks).toEqual([
      expect.objectContaining({
        file_path: "src/a.ts",
        kind: "claim",
        lock_type: "write",
        intent: "login",
        fence: expect.any(Number),
      }),
    ]);
    expect(coord("lock", "check", "src/a.ts", "--as", "ann").code).toBe(0);
    const held = coord("lock", "check", "src/a.ts", "--as", "bob", "--json");
    expect(held.code).toBe(10);
    expect(JSON.parse(held.out)).toMatchObject({
      file_path: "src/a.ts",
      state: "held",
      lock: { locked_by: { instance_id: "ann" } },
    });
    const refused = coord("lock", "acquire", "src/a.ts", "--as", "bob", "--json");
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 10, out: "" });
    expect(JSON.parse(refused.err)).toMatchObject({
      error: { code: "LOCK_HELD", exit_code: 10, holders: [{ file_path: "src/a.ts" }], queue_position: null },
    });
    expect(coord("lock", "release", "src/a.ts", "--as", "bob").code).toBe(10);
    expect(coord("lock", "release", "src/a.ts", "--as", "ann")).toMatchObject({ code: 0, out: "Released: src/a.ts\n" });
    expect(coord("lock", "release", "src/a.ts", "--as", "ann")).toMatchObject({
      code: 0,
      out: "Not locked: src/a.ts\n",
    });
  });

  test("of several paths are taken all or none, and what was mine stays mine", () => {
    expect(coord("lock", "acquire", "held", "--as", "ann").code).toBe(0);
    expect(coord("lock", "acquire", "mine", "--as", "bob").code).toBe(0);
    expect(coord("lock", "acquire", "mine", "fresh", "held", "--as", "bob").code).toBe(10);
    const { locks } = Object(JSON.parse(coord("lock", "list", "--json").out));
    expect(Array.from(locks, (lock) => Object(lock).file_path)).toEqual(["held", "mine"]);
    expect(coord("lock", "release", "--all", "--as", "ann").out).toBe("Released: held\n");
    expect(coord("lock", "release", "--all", "--as", "bob").out).toBe("Released: mine\n");
  });

  test("are released as far as they can be, and the rest is told", () => {
    coord("lock", "acquire", "one", "two", "--as", "ann");
    coord("lock", "acquire", "three", "--as", "bob");
    const { code, err } = coord("lock", "release", "one", "three", "two", "--as", "ann");
    expect(code).toBe(10);
    expect(err).toStartWith('Error: Cannot release "three": held by bob; released: "one", "two"\n');
    coord("lock", "release", "three", "--as", "bob");
  });

  test("take a path from any folder and name it as it is typed there, and one that looks like a flag behind --", () => {
    mkdirSync(join(project, "deep", "er"), { recursive: true });
    expect(coordIn(join(project, "deep", "er"), ["lock", "acquire", "../x", "--as", "ann"]).out).toStartWith(
      "Locked: ../x, until ",
    );
    expect(coord("lock", "check", "./deep//er/../x", "--as", "bob").code).toBe(10);
    expect(coord("lock", "acquire", "--as", "ann", "--", "--json")).toMatchObject({ code: 0 });
    expect(coord("lock", "release", "--all", "--as", "ann").out).toBe("Released: ./--json\nReleased: deep/x\n");
  });

  test("of others are refused with a command that runs as printed, from the folder where the path was typed", () => {
    coord("lock", "acquire", "deep/a b.ts", "--as", "ann");
    for (const words of [["acquire"], ["wait", "--timeout", "1ms"], ["release"]]) {
      const { code, err } = coordIn(join(project, "deep"), ["lock", ...words, "a b.ts", "--as", "bob"]);
      expect({ words, code }).toEqual({ words, code: 10 });
      const next = words[0] === "release" ? "check 'a b.ts'" : "wait 'a b.ts' --timeout 60s";
      expect(err).toEndWith(`Next: coord lock ${next} --as bob\n`);
    }
    coord("lock", "release", "--all", "--as", "ann");
  });

  test("of another project are that project's", () => {
    const other = join(folder, "other");
    mkdirSync(other);
    Bun.spawnSync(["git", "init", "-q", other]);
    expect(coordIn(other, ["init"]).code).toBe(0);
    expect(coord("lock", "acquire", "../other/a.ts", "--as", "ann").code).toBe(0);
    expect(coordIn(other, ["lock", "check", "a.ts", "--as", "bob"]).code).toBe(10);
    expect(coord("lock", "check", "a.ts", "--as", "bob").code).toBe(0);
    expect(coordIn(other, ["lock", "release", "a.ts", "--as", "ann"]).code).toBe(0);
  });

  test("are waited for, for as long as was said", () => {
    coord("lock", "acquire", "w", "--as", "ann");
    expect(coord("lock", "wait", "w", "--timeout", "50ms", "--as", "bob").code).toBe(10);
    coord("lock", "release", "w", "--as", "ann");
    expect(coord("lock", "wait", "w", "--timeout", "50ms", "--as", "bob").code).toBe(0);
  });
});

describe("instances", () => {
  test("are registered, shown, and unregistered with all their locks", () => {
    const registered = coord("instance", "register", "--task", "Write\nthe docs", "--role", "writer", "--as", "ann");
    expect(registered).toMatchObject({ code: 0, out: "ann\n" });
    coord("lock", "acquire", "docs.md", "--as", "ann");
    expect(coord("instance", "heartbeat", "--as", "ann").code).toBe(0);
    expect(coord("instance", "list").out).toContain('ann  active  role "writer", task "Write\\nthe docs", 1 lock\n');
    expect(JSON.parse(coord("instance", "show", "ann", "--json").out)).toMatchObject({
      instance_id: "ann",
      task: "Write\nthe docs",
      status: "active",
      locks: [{ file_path: "docs.md" }],
    });
    const status = Object(JSON.parse(coord("status", "--json").out));
    expect(status.instances).toContainEqual(expect.objectContaining({ instance_id: "ann", status: "active" }));
    expect(status.totals).toMatchObject({ locks: 1, decisions: 0 });
    expect(coord("instance", "unregister", "--as", "ann").code).toBe(0);
    for (const verb of ["heartbeat", "unregister", "show"])
      expect(coord("instance", verb, "--as", "ann").code).toBe(13);
    expect(Object(JSON.parse(coord("lock", "list", "--json").out)).locks).toEqual([]);
  });
});

describe("output", () => {
  test("is complete through a slow pipe, however long", () => {
    const text = "x".repeat(190);
    for (let i = 0; i < 4; i++) coord("instance", "register", "--task", text, "--role", "r", "--as", `many${i}`);
    coord(
      "lock",
      "acquire",
      ...Array.from({ length: 300 }, (_, i) => `f${i}`),
      "--as",
      "many0",
      "--intent",
      text.slice(0, 100),
    );
    const { out, code } = shell("coord status --json | (sleep 0.3; cat)");
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(100_000);
    expect(Object(JSON.parse(out)).totals.locks).toBe(300);
  });

  test("ends quietly when its reader has gone", () => {
    const { out, err } = shell("coord status --verbose --json | head -c 1; echo; coord lock list | head -1");
    expect({ out, err }).toEqual({ out: "{\nActive File Locks:\n", err: "" });
    expect(shell("coord lock list | true; echo ${PIPESTATUS[0]}")).toEqual({ code: 0, out: "0\n", err: "" });
  });

  test("that cannot be written is an error", () => {
    const { code, err } = shell("coord status >/dev/full");
    expect(code).toBe(1);
    expect(err).toStartWith("Error: The answer cannot be written: No space left on the device\nNext: ");
  });

  test("has no colour in a pipe", () => {
    expect(coord("status").out).not.toContain("\u001b");
    coord("instance", "unregister", "--as", "many0");
  });
});

describe("a project without a state folder", () => {
  test("is told so, with what to type", () => {
    const bare = join(folder, "bare");
    mkdirSync(bare);
    Bun.spawnSync(["git", "init", "-q", bare]);
    for (const words of [
      ["status"],
      ["lock", "list"],
      ["lock", "acquire", "a"],
      ["instance", "list"],
      ["lock", "cleanup"],
    ]) {
      const { code, out, err } = coordIn(bare, words);
      expect({ words, code, out }).toEqual({ words, code: 1, out: "" });
      expect(err).toContain("Next: coord init\n");
    }
  });
});

describe("install in project scope", () => {
  test("shows, writes, repeats and takes back", () => {
    const path = join(project, ".claude", "settings.json");
    const before = '{\n\t"model": "opus", // mine\n}\n';
    writeFileSync(path, before);
    const shown = coord("install", "--scope", "project", "--dry-run");
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toContain('+   "hooks": {\n');
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(JSON.parse(coord("install", "--scope", "project", "--json").out)).toMatchObject({
      scope: "project",
      dry_run: false,
      files: [{ path, changed: true }],
      state_created: false,
    });
    const once = readFileSync(path, "utf8");
    expect(coord("install", "--scope", "project").out).toStartWith(`Already wired: ${path}\n`);
    expect(readFileSync(path, "utf8")).toBe(once);
    expect(coord("uninstall", "--dry-run").out).toContain('-   "hooks": {\n');
    expect(coord("uninstall").out).toBe(`Taken out of ${path}\n`);
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(coord("uninstall").out).toBe("Nothing of coord in Claude Code's settings\n");
  });

  test("says on stderr what is worth knowing", () => {
    const { err } = coord("install", "--scope", "project", "--dry-run");
    expect(err).toMatch(/^(coord: warn: coord is not on your PATH.*\n)?$/);
  });

  test("changes nothing in a broken file", () => {
    const path = join(project, ".claude", "settings.json");
    writeFileSync(path, '{"hooks": }');
    const { code, err } = coord("install", "--scope", "project", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "CONFIG", file: path, line: 1, column: 11 } });
    expect(readFileSync(path, "utf8")).toBe('{"hooks": }');
    rmSync(path);
  });
});
