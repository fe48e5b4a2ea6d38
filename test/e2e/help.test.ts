/** What coord says of itself: help, guesses at what was meant, and commands that run as they are printed. */
import { describe, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { TREE } from "../../src/cli/tree.ts";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { coord, jsonError, pathWithCoord } from "./cli.ts";

const COMMANDS: readonly string[] = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "verb" ? [name] : [...entry.verbs.keys()].map((verb) => `${name} ${verb}`),
);

/** Commands whose examples are tested with what they do: elsewhere, or because they need something that is broken. */
const EXAMPLES: readonly string[] = [
  "init",
  "install",
  "uninstall",
  "help",
  "instance register",
  "instance heartbeat",
  "instance list",
  "instance show",
  "instance unregister",
  "lock list",
  "lock check",
  "lock cleanup",
];

function shell(project: Project, line: string) {
  const env = { ...project.env, PATH: pathWithCoord(project) };
  const done = Bun.spawnSync(["bash", "-c", line], { cwd: project.dir, env, stdin: "ignore", timeout: 15_000 });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

function examplesIn(help: string): readonly string[] {
  const [, examples = ""] = help.split("\nExamples:\n");
  return examples.split("\n").flatMap((line) => (/^ {2}\S/.test(line) ? [line.trim().split(/ {3,}/)[0] ?? ""] : []));
}

describe("help", () => {
  test("names every command once, each on a line of its own", () => {
    using project = layProject({ state: false, git: false });
    const { code, out, err } = coord(project, ["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const name of COMMANDS) expect(out.match(new RegExp(`^  coord ${name} `, "gm"))).toHaveLength(1);
    for (const words of [[], ["-h"], ["help"]]) expect(coord(project, words).out).toBe(out);
  });

  test("fits a terminal of 100 columns, examples aside", () => {
    using project = layProject({ state: false, git: false });
    for (const name of ["", ...TREE.keys(), ...COMMANDS]) {
      const { out } = coord(project, ["help", ...name.split(" ").filter((word) => word !== "")]);
      const [text = ""] = out.split("\nExamples:\n");
      const tooLong = text.split("\n").filter((line) => line.length > 100);
      expect({ name, tooLong }).toEqual({ name, tooLong: [] });
    }
  });

  test("of hooks shows a session that takes a lock, gives it back and is gone", () => {
    using project = layProject();
    const example = (verb: string): string => examplesIn(coord(project, ["hook", verb, "--help"]).out)[0] ?? "false";
    // All in one shell, which stands for the client: what it holds ends with it.
    const script = ["init", "check", "heartbeat", "release", "cleanup"].map(
      (verb) => `${example(verb)} || exit\ncoord lock list --json | grep -c '"a.ts"'; coord instance list | grep Total`,
    );
    const one = "Total: 1 instance(s)\n";
    expect(shell(project, script.join("\n"))).toEqual({
      code: 1,
      out: `0\n${one}1\n${one}1\n${one}0\n${one}0\n`,
      err: "",
    });
  });

  test("is one JSON document with --json, wherever it is asked for", () => {
    using project = layProject();
    for (const words of [
      [],
      ["--help"],
      ["lock", "--help"],
      ["lock", "help", "acquire"],
      ["lock", "acquire", "--help"],
    ]) {
      const { code, out, err } = coord(project, [...words, "--json"]);
      expect({ words, code, err }).toEqual({ words, code: 0, err: "" });
      expect(JSON.parse(out)).toEqual({ help: coord(project, words).out.trimEnd() });
    }
    expect(jsonError(project, ["lock"]).code).toBe("USAGE");
  });

  test("of a command is the same by every way of asking", () => {
    using project = layProject({ state: false, git: false });
    const { out } = coord(project, ["lock", "acquire", "--help"]);
    expect(out).toStartWith("coord lock acquire: ");
    for (const words of [
      ["help", "lock", "acquire"],
      ["lock", "help", "acquire"],
      ["lock", "acquire", "-h"],
    ])
      expect(coord(project, words)).toEqual({ code: 0, out, err: "" });
    expect(coord(project, ["help", "lock"]).out).toBe(coord(project, ["lock", "--help"]).out);
  });

  for (const name of EXAMPLES) {
    test(`shows examples of ${name} that work as they stand`, () => {
      using project = layProject({ files: { "src/a.ts": "a" } });
      const env = { COORD_INSTANCE_ID: "ann" };
      coord(project, ["instance", "register", "--task", "t", "--role", "r"], { env });
      const examples = examplesIn(coord(project, [...name.split(" "), "--help"]).out);
      expect(examples.length).toBeGreaterThan(0);
      for (const line of examples) {
        const { code, err } = shell(project, `export COORD_INSTANCE_ID=ann; ${line}`);
        expect({ line, code, err: err.replaceAll(/^coord: warn: .*\n/gm, "") }).toEqual({ line, code: 0, err: "" });
      }
    });
  }

  test("says which version this is, by every usual name", () => {
    using project = layProject({ state: false, git: false });
    const { out } = coord(project, ["--version"]);
    expect(out).toMatch(/^coord \d+\.\d+\.\d+\n$/);
    for (const word of ["-v", "-V"]) expect(coord(project, [word]).out).toBe(out);
  });
});

describe("a command that does not exist", () => {
  const meant: readonly (readonly [words: readonly string[], named: string, question: string, next: string])[] = [
    [["locks"], "locks", 'did you mean "coord lock list"?', "coord lock list"],
    [["lokc", "ls"], "lokc", 'did you mean "coord lock list"?', "coord lock list"],
    [
      ["acquire", "a b", "--ttl", "5m"],
      "acquire",
      'did you mean "coord lock acquire"?',
      "coord lock acquire 'a b' --ttl 5m",
    ],
    [["lock", "aquire", "a"], "lock aquire", 'did you mean "coord lock acquire"?', "coord lock acquire a"],
    [["lock", "ls"], "lock ls", 'did you mean "coord lock list"?', "coord lock list"],
    [["unlock", "a"], "unlock", 'did you mean "coord lock release"?', "coord lock release a"],
    [["decision", "list"], "decision", 'did you mean "coord decisions list"?', "coord decisions list"],
    [
      ["decision", "lst", "--limit", "3"],
      "decision",
      'did you mean "coord decisions list"?',
      "coord decisions list --limit 3",
    ],
    [["lock", "status"], "lock status", 'did you mean "coord status"?', "coord status"],
    [["help", "lock", "aquire"], "lock aquire", 'did you mean "coord lock acquire"?', "coord lock acquire --help"],
    [["hook", "chek"], "hook chek", 'did you mean "coord hook check"?', "coord hook --help"],
    [
      ["list"],
      "list",
      'did you mean "coord instance list", "coord lock list" or "coord decisions list"?',
      "coord --help",
    ],
  ];
  for (const [words, named, question, next] of meant) {
    test(`${words.join(" ")}: ${question}`, () => {
      using project = layProject({ state: false, git: false });
      const { code, err } = coord(project, words);
      expect({ code, err }).toEqual({
        code: words[0] === "hook" ? 1 : 2,
        err: `Error: Unknown command "coord ${named}"; ${question}\nNext: ${next}\n`,
      });
    });
  }

  test("is not guessed at wildly", () => {
    using project = layProject({ state: false, git: false });
    for (const words of [["frobnicate"], ["lock", "frobnicate"], ["x"]])
      expect(jsonError(project, words).message).not.toContain("did you mean");
  });
});

describe("a flag that a command does not know", () => {
  const known: readonly (readonly [words: readonly string[], said: string])[] = [
    [["lock", "acquire", "--intnet", "x"], 'did you mean "--intent"?'],
    [["lock", "list", "--fence", "3"], '"coord lock verify" does'],
    [["lock", "list", "--frobnicate"], 'the flag "--frobnicate"'],
  ];
  for (const [words, said] of known) {
    test(`${words.join(" ")}: ${said}`, () => {
      using project = layProject({ state: false, git: false });
      expect(jsonError(project, words).message).toEndWith(said);
    });
  }

  test("is shown with those of its noun that do", () => {
    using project = layProject({ state: false, git: false });
    const { message } = jsonError(project, ["lock", "list", "--ttl", "5m"]);
    expect(message).toEndWith('; "coord lock acquire" and "coord lock renew" do');
  });
});

describe("a command that is printed to be typed", () => {
  const WITHOUT = { PATH: "/usr/bin:/bin" };

  test("names the binary by its path where coord is not on the PATH", () => {
    using project = layProject();
    const taken = coord(project, ["lock", "acquire", "a b"], { env: { ...WITHOUT, COORD_INSTANCE_ID: "ann" } });
    expect(taken.out).toEndWith(`\nTo give it back: ${BINARY} lock release 'a b'\n`);
    const [, release = ""] = taken.out.split("To give it back: ");
    const { code, out } = shell(project, `export COORD_INSTANCE_ID=ann; ${release}`);
    expect({ code, out }).toEqual({ code: 0, out: "Released: a b\n" });
    expect(coord(project, ["lock", "ls"], { env: WITHOUT }).err).toEndWith(`\nNext: ${BINARY} lock list\n`);
    expect(jsonError(project, ["lock"], { env: WITHOUT }).hint).toBe(`${BINARY} lock --help`);
  });

  test("names the binary by its path where another program is called coord", () => {
    using project = layProject();
    symlinkSync("/bin/true", join(project.root, "coord"));
    const env = { PATH: `${project.root}:/usr/bin:/bin` };
    expect(coord(project, ["lock", "ls"], { env }).err).toEndWith(`\nNext: ${BINARY} lock list\n`);
  });

  test("acts as the instance that the command line was given", () => {
    using project = layProject();
    const taken = coord(project, ["lock", "acquire", "a", "--as", "ann"]);
    expect(taken.out).toEndWith("\nTo give it back: coord lock release a --as ann\n");
    for (const as of [["--as", "bob"], ["--as=bob"]]) {
      expect(coord(project, ["lock", "acquire", "a", ...as]).err).toEndWith(" --timeout 60s --as bob\n");
      expect(coord(project, ["lock", "check", "a", ...as]).out).toEndWith(" --timeout 60s --as bob\n");
    }
    expect(coord(project, ["lock", "acquire", "--as", "bob"]).err).toEndWith("\nNext: coord lock acquire --help\n");
    expect(coord(project, ["lock", "aquire", "b", "--as=bob"]).err).toEndWith("coord lock acquire b --as=bob\n");
  });

  test("is not looked for in what others wrote", () => {
    using project = layProject();
    const name = "To wait: coord lock list";
    coord(project, ["lock", "acquire", name, "--as", "ann", "--intent", name]);
    const { out } = coord(project, ["lock", "check", name, "--as", "bob"], { env: WITHOUT });
    expect(out).toContain(`Held: ${name} by ann`);
    expect(out).toEndWith(`\nTo wait: ${BINARY} lock wait '${name}' --timeout 60s --as bob\n`);
    expect(coord(project, ["lock", "list"], { env: WITHOUT }).out).toContain(`Intent: ${name}\n`);
  });
});
