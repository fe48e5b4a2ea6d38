import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import * as fc from "fast-check";
import { checkArgs, hasFlag, ownWords, type Syntax } from "../../src/cli/check-args.ts";
import { command } from "../../src/cli/command.ts";
import { workspaces } from "../../src/cli/open.ts";
import { usageError } from "../../src/cli/usage.ts";

const ARGS: ArgsDef = {
  path: { type: "positional", required: true },
  intent: { type: "string", valueHint: "TEXT" },
  ttl: { type: "string", valueHint: "10m" },
  scope: { type: "enum", options: ["user", "local"] },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", alias: "h" },
};

function check(words: readonly string[], repeats = true): ReturnType<typeof checkArgs> {
  return checkArgs({ args: ARGS, repeats }, words);
}

function message(words: readonly string[], repeats = true): string {
  const checked = check(words, repeats);
  return checked.kind === "problem" ? usageError("lock acquire", checked.problem).message : checked.kind;
}

describe("checkArgs() accepts", () => {
  const accepted: readonly (readonly [words: readonly string[], canonical: readonly string[]])[] = [
    [["a"], ["--", "a"]],
    [
      ["a", "b"],
      ["--", "a", "b"],
    ],
    [
      ["--ttl", "10m", "a"],
      ["--ttl=10m", "--", "a"],
    ],
    [
      ["a", "--ttl=10m"],
      ["--ttl=10m", "--", "a"],
    ],
    [
      ["--intent=", "a"],
      ["--intent=", "--", "a"],
    ],
    [
      ["--intent", "", "a"],
      ["--intent=", "--", "a"],
    ],
    [
      ["--intent=--ttl", "a"],
      ["--intent=--ttl", "--", "a"],
    ],
    [
      ["--intent=a=b", "a"],
      ["--intent=a=b", "--", "a"],
    ],
    [
      ["--intent", "-", "a"],
      ["--intent=-", "--", "a"],
    ],
    [
      ["a", "--json", "--dry-run"],
      ["--json", "--dry-run", "--", "a"],
    ],
    [
      ["--", "--ttl", "--help"],
      ["--", "--ttl", "--help"],
    ],
    [
      ["a", "--", "-x", "--"],
      ["--", "a", "-x", "--"],
    ],
    [["-"], ["--", "-"]],
    [
      ["--scope", "local", "a"],
      ["--scope=local", "--", "a"],
    ],
  ];
  for (const [words, canonical] of accepted) {
    test(JSON.stringify(words), () => expect(check(words)).toEqual({ kind: "run", canonical, lists: {}, rest: [] }));
  }
});

describe("checkArgs() refuses", () => {
  const refused: readonly (readonly [words: readonly string[], said: string])[] = [
    [["a", "--tll", "10m"], 'coord lock acquire does not know the flag "--tll"; did you mean "--ttl"?'],
    [["a", "--wait=3s"], 'coord lock acquire does not know the flag "--wait"; "coord run" does'],
    [["a", "--later"], 'coord lock acquire does not know the flag "--later"'],
    [["a", "-x"], 'coord lock acquire does not know the flag "-x"'],
    [["a", "--no-json"], 'coord lock acquire does not know the flag "--no-json"'],
    [["a", "--dryRun"], 'coord lock acquire does not know the flag "--dryRun"; did you mean "--dry-run"?'],
    [["a", "--JSON"], 'coord lock acquire does not know the flag "--JSON"'],
    [["a", "--constructor"], 'coord lock acquire does not know the flag "--constructor"'],
    [["a", "--ttl"], 'coord lock acquire needs a value after "--ttl": --ttl 10m'],
    [["--ttl", "--json", "a"], 'coord lock acquire needs a value after "--ttl": --ttl 10m'],
    [["--ttl", "--", "a"], 'coord lock acquire needs a value after "--ttl": --ttl 10m'],
    [["--ttl", "-5m", "a"], 'coord lock acquire needs a value after "--ttl": --ttl 10m'],
    [["a", "--scope"], 'coord lock acquire needs a value after "--scope": --scope user|local'],
    [["a", "--ttl", "1m", "--ttl", "2m"], 'coord lock acquire takes "--ttl" only once'],
    [["a", "--json", "--json"], 'coord lock acquire takes "--json" only once'],
    [["a", "--json=true"], 'coord lock acquire takes no value with "--json"'],
    [["a", "--scope", "all"], 'coord lock acquire does not know --scope "all": one of user, local'],
    [[], "coord lock acquire needs PATH"],
    [["--json"], "coord lock acquire needs PATH"],
    [["--"], "coord lock acquire needs PATH"],
    [[""], "coord lock acquire was given an empty PATH"],
    [["a", ""], "coord lock acquire was given an empty PATH"],
  ];
  for (const [words, said] of refused) test(JSON.stringify(words), () => expect(message(words)).toBe(said));

  test("a second argument where one is taken", () => {
    expect(message(["a", "b"], false)).toBe('coord lock acquire does not take the argument "b"');
  });

  test("any argument where none is taken", () => {
    expect(checkArgs({ args: {} }, ["x"])).toEqual({
      kind: "problem",
      problem: { kind: "surplus-argument", value: "x" },
    });
  });

  test("a required flag that is not there", () => {
    const checked = checkArgs({ args: { task: { type: "string", required: true, valueHint: "TEXT" } } }, []);
    expect(checked).toEqual({ kind: "problem", problem: { kind: "missing-flag", flag: "--task", hint: "TEXT" } });
  });
});

describe("checkArgs() shows help", () => {
  for (const words of [["--help"], ["-h"], ["a", "--nonsense", "--help"], ["--ttl", "-h"]]) {
    test(JSON.stringify(words), () => expect(check(words)).toEqual({ kind: "help" }));
  }
  test("but not behind --", () => expect(check(["--", "-h"]).kind).toBe("run"));
});

test("hasFlag() sees a flag before -- only", () => {
  expect(hasFlag(["lock", "list", "--json"], "--json")).toBe(true);
  expect(hasFlag(["lock", "check", "--", "--json"], "--json")).toBe(false);
});

describe("any command line", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "--ttl",
      "--intent",
      "--json",
      "--dry-run",
      "--",
      "-",
      "",
      "a",
      "-x",
      "--scope",
      "user",
      "--intent=",
      "--ttl=5",
      "__proto__",
    ),
    fc.string({ maxLength: 4 }),
  );

  test("is refused, or means to citty exactly what was typed", async () => {
    const seen: { readonly flags: Readonly<Record<string, unknown>>; readonly paths: readonly string[] }[] = [];
    const probe = command({
      args: {
        path: { type: "positional", required: true },
        intent: { type: "string" },
        ttl: { type: "string" },
        scope: { type: "enum", options: ["user", "local"] },
        "dry-run": { type: "boolean" },
      },
      repeats: true,
      run: (args) => {
        const { intent, ttl, scope, json } = args;
        seen.push({ flags: { intent, ttl, scope, json, dry: args["dry-run"] }, paths: [...args._] });
        return Promise.resolve({ json: null, text: () => "" });
      },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        const checked = checkArgs(probe.syntax, words);
        if (checked.kind !== "run") return;
        seen.length = 0;
        await probe.run(checked.canonical, { ...checked, ...workspaces(true), helpOf: async () => "" });
        const [got] = seen;
        const valued = (name: string): string | undefined => valueOf(words, name);
        expect(got).toEqual({
          flags: {
            intent: valued("--intent"),
            ttl: valued("--ttl"),
            scope: valued("--scope"),
            json: hasFlag(words, "--json") ? true : undefined,
            dry: hasFlag(words, "--dry-run") ? true : undefined,
          },
          paths: pathsOf(words),
        });
      }),
      { numRuns: 3000 },
    );
  });
});

/** A second, simpler reading of the same words, valid for those that were accepted. */
function valueOf(words: readonly string[], flag: string): string | undefined {
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  const joined = before.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const at = before.indexOf(flag);
  return at < 0 ? undefined : before[at + 1];
}

function pathsOf(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  const taken = before.filter((word, i) => {
    const previous = before[i - 1] ?? "";
    return !(word.startsWith("-") && word !== "-") && !["--ttl", "--intent", "--scope"].includes(previous);
  });
  return [...taken, ...(end < 0 ? [] : words.slice(end + 1))];
}

describe("checkArgs() with a flag that takes several values, and words of another program", () => {
  const SYNTAX: Syntax = {
    args: {
      lock: { type: "string", required: true, valueHint: "PATH..." },
      wait: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", alias: "h" },
    },
    lists: ["lock"],
    rest: "command",
  };
  const handedOn: readonly (readonly [words: string, lock: string, rest: string])[] = [
    ["--lock a b -- make", "a b", "make"],
    ["--lock a --lock b -- make", "a b", "make"],
    ["--lock a b --lock c -- make", "a b c", "make"],
    ["--lock=a make -j4", "a", "make -j4"],
    ["--lock=a --lock=b make", "a b", "make"],
    ["--lock a b --wait 5s make --wait x", "a b", "make --wait x"],
    ["--wait=5s --lock a -- make -- --lock b", "a", "make -- --lock b"],
    ["--lock a --json make --json --help", "a", "make --json --help"],
    ["--lock a -- --help", "a", "--help"],
    ["--lock a -- - -x", "a", "- -x"],
  ];
  for (const [words, lock, rest] of handedOn) {
    test(`hands on what follows: ${words}`, () => {
      const checked = checkArgs(SYNTAX, words.split(" "));
      expect(checked).toMatchObject({ kind: "run", lists: { lock: lock.split(" ") }, rest: rest.split(" ") });
    });
  }

  test("hands on words that a shell would split, and empty ones", () => {
    const checked = checkArgs(SYNTAX, ["--lock", "a b", "--", "sh", "-c", "echo  $1", ""]);
    expect(checked).toMatchObject({ lists: { lock: ["a b"] }, rest: ["sh", "-c", "echo  $1", ""] });
  });

  const refused: readonly (readonly [words: string, said: string])[] = [
    ["--lock a make", 'coord run needs COMMAND after "--": "--lock" takes every word up to the next flag'],
    ["--lock a --", 'coord run needs COMMAND after "--": "--lock" takes every word up to the next flag'],
    ["make", "coord run needs --lock PATH..."],
    ["make --lock a", "coord run needs --lock PATH..."],
    ["--lock -- make", 'coord run needs a value after "--lock": --lock PATH...'],
    ["--lock --wait 5s -- make", 'coord run needs a value after "--lock": --lock PATH...'],
    ["--lok a -- make", 'coord run does not know the flag "--lok"; did you mean "--lock"?'],
    ["--lock a --wait 1s --wait 2s -- make", 'coord run takes "--wait" only once'],
  ];
  for (const [words, said] of refused) {
    test(`refuses ${words}`, () => {
      const checked = checkArgs(SYNTAX, words.split(" "));
      expect(checked.kind === "problem" ? usageError("run", checked.problem).message : checked).toBe(said);
    });
  }

  test("says in what form the words of the other program are to be typed", () => {
    const checked = checkArgs(SYNTAX, ["--lock", "a", "make"]);
    const hint = checked.kind === "problem" ? usageError("run", checked.problem).hint : checked;
    expect(hint).toBe("coord run --lock PATH... -- COMMAND...");
  });

  test("shows help only for words of its own", () => {
    expect(checkArgs(SYNTAX, ["--lock", "a", "--help"])).toEqual({ kind: "help" });
    expect(checkArgs(SYNTAX, ["-h"])).toEqual({ kind: "help" });
    expect(ownWords(SYNTAX, ["--lock", "a", "--json", "make", "--json"])).toEqual(["--lock", "a", "--json"]);
  });

  test("is understood by a command that declares it", async () => {
    const got: unknown[] = [];
    const probe = command({
      args: { lock: { type: "string", required: true }, wait: { type: "string" } },
      lists: ["lock"],
      rest: "command",
      run: (args, { lists, rest }) => {
        got.push([lists["lock"], args.wait, rest]);
        return Promise.resolve({ json: null, text: () => "" });
      },
    });
    const checked = checkArgs(probe.syntax, ["--lock", "a", "b", "--wait", "1s", "make", "-j4"]);
    if (checked.kind !== "run") throw new Error(checked.kind);
    await probe.run(checked.canonical, { ...checked, ...workspaces(true), helpOf: async () => "" });
    expect(got).toEqual([[["a", "b"], "1s", ["make", "-j4"]]]);
  });
});
