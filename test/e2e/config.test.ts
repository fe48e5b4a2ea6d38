/** `coord config`, and how the other commands fare with a configuration or a state that is broken. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { layProject, type Project } from "../hooks/project.ts";
import { coord, json, jsonError } from "./cli.ts";

const schema = v.strictObject({
  config: v.record(
    v.string(),
    v.strictObject({
      value: v.unknown(),
      source: v.picklist(["default", "user", "project", "environment"]),
      file: v.optional(v.string()),
      variable: v.optional(v.string()),
      limited_by: v.optional(v.string()),
      asked: v.optional(v.string()),
    }),
  ),
  files: v.strictObject({ project: v.string(), user: v.string() }),
  errors: v.array(v.unknown()),
});

const fileOf = (project: Project): string => join(project.state, "config.json");

describe("coord config", () => {
  test("shows every key as it would be written, and who says so", () => {
    using project = layProject();
    project.configure({ hold: "turn", ignore: ["dist/**"] });
    project.write(join(project.env["HOME"] ?? "", ".config/coord/config.json"), '{"wait":"1s","hold":"session"}');
    const { code, out, err } = coord(project, ["config"], { env: { COORD_STRICT: "true", COORD_WAIT: "" } });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const rows = out.split("\n").map((line) => line.replaceAll(/ +/g, " "));
    expect(rows).toContain('ttl "5m" default');
    expect(rows).toContain(`hold "turn" project file ${fileOf(project)}`);
    expect(rows).toContain(`ignore ["dist/**"] project file ${fileOf(project)}`);
    expect(rows).toContain(`wait "1s" user file ${project.env["HOME"] ?? ""}/.config/coord/config.json`);
    expect(rows).toContain("strict true environment variable COORD_STRICT");
    expect(rows).toContain("write_tools {} default");
  });

  test("prints one value alone in the form that a variable takes, so that it can be set by it", () => {
    using project = layProject();
    project.configure({ hold: "turn", ignore: ["a b", "c"], write_tools: { x: "p" }, strict: true });
    for (const [key, value] of [
      ["hold", "turn"],
      ["ttl", "5m"],
      ["strict", "true"],
      ["ignore", '["a b","c"]'],
      ["write_tools", '{"x":"p"}'],
    ] as const) {
      expect(coord(project, ["config", key])).toEqual({ code: 0, out: `${value}\n`, err: "" });
      const again = coord(project, ["config", key], { env: { [`COORD_${key.toUpperCase()}`]: value } });
      expect(again).toEqual({ code: 0, out: `${value}\n`, err: "" });
    }
  });

  test("says of a value that another one cuts who asked for what; alone it stays a value, with that beside it", () => {
    using project = layProject();
    const where = { env: { COORD_TTL: "10m" } };
    const origin = 'environment variable COORD_TTL: "10m", cut to stale_after';
    expect(coord(project, ["config"], where).out).toMatch(new RegExp(`^ttl +"5m" +${origin}$`, "m"));
    expect(coord(project, ["config", "ttl"], where)).toEqual({
      code: 0,
      out: "5m\n",
      err: `coord: warn: ttl is "5m": ${origin}\n`,
    });
    expect(json(project, schema, ["config", "hold"], where).config["ttl"]).toBeUndefined();
  });

  test("sets nothing, and says of a value what to write where, in each form in which one may be typed", () => {
    using project = layProject();
    const file = fileOf(project);
    for (const words of [["ttl", "10m"], ["ttl=10m"], ["set", "ttl", "10m"], ["set", "ttl=10m"]]) {
      expect(jsonError(project, ["config", ...words])).toMatchObject({
        code: "USAGE",
        exit_code: 2,
        message: 'coord config only shows "ttl", it does not set it',
        hint: `write {"ttl": "10m"} into ${file}, or: export COORD_TTL=10m`,
      });
    }
    writeFileSync(file, '{"ttl": "1m"}');
    expect(jsonError(project, ["config", "ignore", '["a b"]']).hint).toBe(
      `add "ignore": ["a b"] to the object in ${file}, or: export COORD_IGNORE='["a b"]'`,
    );
    expect(jsonError(project, ["config", "wait", "1h"]).message).toContain('wait: wants at most "45s"');
    expect(jsonError(project, ["config", "tll", "1m"]).message).toContain('did you mean "ttl"?');
    expect(jsonError(project, ["config", "ttl", "1m", "2m"]).exit_code).toBe(2);
    expect(readFileSync(file, "utf8")).toBe('{"ttl": "1m"}');
  });

  test("answers in JSON, for all keys or for one", () => {
    using project = layProject();
    project.configure({ hold: "turn" });
    const all = json(project, schema, ["config"], { env: { COORD_TTL: "1m" } });
    expect(Object.keys(all.config)).toHaveLength(10);
    expect(all.config["hold"]).toEqual({ value: "turn", source: "project", file: fileOf(project) });
    expect(all.config["ttl"]).toEqual({ value: "1m", source: "environment", variable: "COORD_TTL" });
    expect(all.config["ignore"]).toEqual({ value: [], source: "default" });
    expect(all.errors).toEqual([]);
    expect(Object.keys(json(project, schema, ["config", "hold"]).config)).toEqual(["hold"]);
  });

  test("works where no state is, and makes none", () => {
    using project = layProject({ state: false });
    expect(coord(project, ["config", "hold"])).toEqual({ code: 0, out: "tool\n", err: "" });
    expect(existsSync(project.state)).toBe(false);
  });

  test("says of an unknown key which one was meant, and which there are", () => {
    using project = layProject();
    expect(jsonError(project, ["config", "tll"])).toMatchObject({
      code: "USAGE",
      exit_code: 2,
      hint: "coord config ttl",
    });
    expect(jsonError(project, ["config", "staleAfter"]).message).toContain('did you mean "stale_after"?');
    const { message, hint } = jsonError(project, ["config", "constructor"]);
    expect(message).toContain(
      "ttl, tool_ttl, stale_after, hold, wait, on_conflict, strict, ignore, write_tools, store",
    );
    expect(hint).toBe("coord config");
    expect(jsonError(project, ["config", "$schema"]).exit_code).toBe(2);
    expect(jsonError(project, ["config", "ttl", "hold"]).exit_code).toBe(2);
  });

  test("warns of a variable that does nothing and looks like one that would; no other command does", () => {
    using project = layProject();
    const env = {
      COORD_TTTL: "1m",
      COORD_STALEAFTER: "1m",
      COORD_DIRR: "x",
      COORD_HOLT: "",
      COORD_SOMETHING_ELSE: "1",
    };
    const { code, err } = coord(project, ["config"], { env });
    expect(code).toBe(0);
    expect(err.trimEnd().split("\n")).toEqual([
      'coord: warn: "COORD_DIRR" does nothing; did you mean "COORD_DIR"?',
      'coord: warn: "COORD_STALEAFTER" does nothing; did you mean "COORD_STALE_AFTER"?',
      'coord: warn: "COORD_TTTL" does nothing; did you mean "COORD_TTL"?',
    ]);
    expect(coord(project, ["lock", "list"], { env }).err).toBe("");
    expect(coord(project, ["config"], { env: { COORD_INSTANCE_ID: "a", COORD_BIN: "b" } }).err).toBe("");
  });

  test("shows errors beside the defaults, which then hold", () => {
    using project = layProject();
    project.configure({ hold: "turn", wait: "1m" });
    const { code, out, err } = coord(project, ["config"]);
    expect(code).toBe(0);
    expect(out).toStartWith("The configuration cannot be used, so the defaults hold:\n");
    expect(out).toMatch(/^hold +"tool" +default$/m);
    expect(err).toBe(
      `coord: warn: Bad configuration in "${fileOf(project)}", line 1, column 23: wait: wants at most "45s"; until that is corrected the defaults hold\n`,
    );
    const asJson = coord(project, ["config", "--json"]);
    expect(JSON.parse(asJson.out)).toMatchObject({
      config: { hold: { value: "tool", source: "default" } },
      errors: [{ file: fileOf(project), line: 1, column: 23, key: "wait", hint: "correct or remove that key" }],
    });
  });

  test("its help shows the line that an editor needs, which leads from the file to a schema that is there", () => {
    using project = layProject();
    const [, path = ""] = /^ {2}"\$schema": "([^"]+)",$/m.exec(coord(project, ["config", "--help"]).out) ?? [];
    writeFileSync(fileOf(project), `{\n  "$schema": "${path}",\n  "hold": "turn"\n}\n`);
    expect(coord(project, ["config", "hold"])).toEqual({ code: 0, out: "turn\n", err: "" });
    expect(readFileSync(join(project.state, path), "utf8")).toContain("How long a write keeps its file");
  });
});

const ID = "DEC-20260108-0001";

describe("with a configuration that cannot be used", () => {
  for (const [words, code] of [
    [["status"], 0],
    [["instance", "list"], 0],
    [["instance", "show", "nobody"], 13],
    [["lock", "list"], 0],
    [["lock", "check", "a.ts"], 0],
    [["lock", "verify", "a.ts"], 11],
    [["lock", "release", "a.ts"], 0],
    [["instance", "unregister"], 13],
    [["lock", "wait", "a.ts", "--timeout", "1s"], 0],
    [["decisions", "list"], 0],
    [["decisions", "query", ID], 2],
    [["config"], 0],
  ] as const) {
    test(`coord ${words.join(" ")} goes on with the defaults and says so in one line`, () => {
      using project = layProject();
      const before = coord(project, words);
      expect(before.code).toBe(code);
      project.configure({ holt: "turn" });
      const ran = coord(project, words);
      expect(ran.code).toBe(code);
      const warnings = ran.err.split("\n").filter((line) => line.startsWith("coord: warn: "));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(`"${fileOf(project)}", line 1, column 2: holt: is not a key of coord`);
      expect(warnings[0]).toEndWith("the defaults hold");
    });
  }

  for (const words of [
    ["init"],
    ["install"],
    ["instance", "register", "--task", "t", "--role", "r"],
    ["instance", "heartbeat"],
    ["lock", "acquire", "a.ts"],
    ["lock", "cleanup"],
    ["decisions", "add", "--category", "security", "--title", "t", "--description", "d"],
  ]) {
    test(`coord ${words.slice(0, 2).join(" ")} changes nothing and names the place`, () => {
      using project = layProject();
      project.configure({ holt: "turn" });
      const error = jsonError(project, words);
      expect(error).toMatchObject({
        code: "CONFIG",
        exit_code: 1,
        file: fileOf(project),
        line: 1,
        column: 2,
        key: "holt",
      });
      expect(coord(project, words).err).toStartWith(
        `Error: Bad configuration in "${fileOf(project)}", line 1, column 2`,
      );
    });
  }

  test("a path in another project is looked at with the defaults, and each configuration is told once", () => {
    using here = layProject();
    using there = layProject();
    here.configure({ holt: "turn" });
    there.configure({ wait: "soon" });
    const { code, err } = coord(here, ["lock", "check", there.path("a.ts")]);
    expect(code).toBe(0);
    expect(err.trimEnd().split("\n")).toHaveLength(2);
    expect(err).toContain(fileOf(here));
    expect(err).toContain(fileOf(there));
  });
});

describe("what a store found broken is told", () => {
  /** Bob's record cannot be read; `a.ts` is another's. */
  function layBroken(): Project {
    const project = layProject();
    for (const id of ["alice", "bob"])
      coord(project, ["instance", "register", "--as", id, "--task", "t", "--role", "r"]);
    coord(project, ["lock", "acquire", "a.ts", "--as", "alice"]);
    writeFileSync(join(project.state, "heartbeats/bob.json"), "{ half");
    return project;
  }
  const told = /heartbeats\/bob\.json was broken \(not JSON\) and is now corrupt\//;

  for (const words of [
    ["instance", "register", "--task", "t", "--role", "r", "--as", "bob"],
    ["lock", "acquire", "b.ts", "--as", "bob"],
  ]) {
    test(`once by coord ${words.slice(0, 2).join(" ")}, on stderr beside its answer`, () => {
      using project = layBroken();
      const first = coord(project, [...words, "--json"]);
      expect(first.code).toBe(0);
      expect(first.err).toMatch(/^coord: warn: [^\n]+\n$/);
      expect(first.err).toMatch(told);
      expect(() => JSON.parse(first.out)).not.toThrow();
      expect(coord(project, words).err).toBe("");
    });
  }

  test("before the error of a command that fails", () => {
    using project = layBroken();
    const { code, out, err } = coord(project, ["lock", "acquire", "a.ts", "--as", "bob"]);
    expect({ code, out }).toEqual({ code: 10, out: "" });
    const [warning = "", error = ""] = err.split("\n");
    expect(warning).toStartWith("coord: warn: ");
    expect(warning).toMatch(told);
    expect(error).toStartWith('Error: Cannot lock "a.ts": held by alice');
  });

  test("within the error of a command that fails with --json, and such an error is silent about it otherwise", () => {
    using project = layBroken();
    const words = ["lock", "acquire", "a.ts", "--as", "bob"];
    const first = jsonError(project, words);
    expect(first).toMatchObject({ code: "LOCK_HELD", warnings: [expect.stringMatching(told)], holders: [{}] });
    expect(jsonError(project, words)).not.toHaveProperty("warnings");
  });
});
