import { describe, expect, test } from "bun:test";
import { functionsText, isFunctionsText } from "../../src/cli/dropin/functions-text.ts";
import { prettyJson } from "../../src/cli/dropin/say.ts";
import { splitWords } from "../../src/cli/dropin/split-words.ts";
import { projectOf, toolCalled } from "../../src/cli/dropin/tool.ts";

test("the tool is known by the last part of the name that the binary was called by", () => {
  expect(["coord-lock", "./coord-lock", "/a/b/coord-lock"].map(toolCalled)).toEqual(Array(3).fill("coord-lock"));
  expect(["coord", "", "/coord-lock/coord", "coord-lockx", "xcoord-lock", "coord-lock/"].map(toolCalled)).toEqual(
    Array(6).fill(undefined),
  );
});

test("a tool called by its place in a project tells the project", () => {
  const bin = ".claude/coordination/bin/coord-lock";
  const cases: readonly (readonly [argv0: string, project: string | undefined])[] = [
    [`/p/q/${bin}`, "/p/q"],
    [`/${bin}`, "/"],
    [bin, "/here"],
    [`./${bin}`, "/here"],
    [`../q/${bin}`, "/q"],
    [`q/${bin}`, "/here/q"],
    [`/p/${bin.replace("lock", "lock/x")}`, "/p"],
    ["coord-lock", undefined],
    ["bin/coord-lock", undefined],
    ["/x.claude/coordination/bin/coord-lock", undefined],
  ];
  for (const [argv0, project] of cases) expect([argv0, projectOf(argv0, "/here")]).toEqual([argv0, project]);
});

describe("the words of a command line", () => {
  const split = (line: string) => {
    const { options, others, unknown } = splitWords(line.split(" "), ["a", "b"]);
    return [Object.fromEntries(options), others, unknown];
  };
  test("are options in either form, and the rest in order", () => {
    expect(split("x --a=1 y --b 2 z")).toEqual([{ a: "1", b: "2" }, ["x", "y", "z"], undefined]);
    expect(split("--a= --b --a")).toEqual([{ a: "", b: "--a" }, [], undefined]);
    expect(split("--a=1 --a=2=3")).toEqual([{ a: "2=3" }, [], undefined]);
    expect(split("x -- --a --c")).toEqual([{}, ["x", "--a", "--c"], undefined]);
  });
  test("stop at the first that is no option or lacks its value", () => {
    expect(split("x --c=1 y")).toEqual([{}, ["x"], "--c=1"]);
    expect(split("x --a")).toEqual([{}, ["x"], "--a"]);
  });
});

test("the functions carry the binary as one shell word, whatever is in its path", () => {
  for (const path of ["/a/coord", '/it\'s "a" $(b) `c` \\ $&/coord', "/new\nline/coord"]) {
    const text = functionsText(path);
    expect(isFunctionsText(text)).toBe(true);
    const word = /bin=('.*')\n {2}shift/s.exec(text)?.[1] ?? "";
    expect(Bun.spawnSync(["bash", "-c", `printf %s ${word}`]).stdout.toString()).toBe(path);
  }
  expect(isFunctionsText("#!/bin/bash\n# Coordination Library\n")).toBe(false);
});

test("JSON is shown over several lines with nothing in it that acts on a terminal", () => {
  expect(prettyJson([{ a: "\u001b\u202e\n\u2028", b: [] }])).toBe(
    '[\n  {\n    "a": "\\u001b\\u202e\\n\\u2028",\n    "b": []\n  }\n]',
  );
});
