/** Where a setting may stand, which place counts, and what is said of one that cannot be used. Real files, no binary. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync } from "node:fs";
import { configInForce, type ConfigInForce, type Setting } from "../../src/app/config-in-force.ts";
import { loadConfig } from "../../src/app/config.ts";
import { locateWorkspace } from "../../src/app/workspace.ts";
import { DEFAULTS, type Config } from "../../src/domain/config.ts";
import { parseDuration } from "../../src/domain/duration.ts";
import { isCoordError, type CoordError } from "../../src/domain/errors.ts";
import { loadNative } from "../../src/platform/sys/load.ts";
import { WRITTEN_DEFAULTS, type WrittenConfig } from "../../src/schema/config-about.ts";
import { CONFIG_KEYS, type ConfigKey } from "../../src/schema/config.ts";
import { layProject, type Project, type Vars } from "../hooks/project.ts";

const PROJECT = ".claude/coordination/config.json";

const userFile = (project: Project): string => `${project.env["HOME"] ?? ""}/.config/coord/config.json`;

async function inForce(project: Project, env: Vars = {}): Promise<ConfigInForce> {
  const { sys } = await loadNative();
  const all = { ...project.env, ...env };
  return configInForce(sys, all, locateWorkspace(sys, all, project.dir));
}

async function loaded(project: Project, env: Vars = {}): Promise<Config> {
  const { sys } = await loadNative();
  const all = { ...project.env, ...env };
  return loadConfig(sys, all, locateWorkspace(sys, all, project.dir));
}

async function refused(project: Project, env: Vars = {}): Promise<CoordError> {
  try {
    await loaded(project, env);
  } catch (error) {
    if (isCoordError(error)) return error;
    throw error;
  }
  throw new Error("The configuration was taken");
}

async function setting(project: Project, key: ConfigKey, env: Vars = {}): Promise<Setting | undefined> {
  return (await inForce(project, env)).settings.find((found) => found.key === key);
}

/** Three values of each key, none of them the default. */
const VALUES: { readonly [K in ConfigKey]: readonly [WrittenConfig[K], WrittenConfig[K], WrittenConfig[K]] } = {
  ttl: ["1m", "90s", "3m"],
  tool_ttl: ["10s", "20s", "30s"],
  stale_after: ["10m", "20m", "30m"],
  hold: ["turn", "session", "turn"],
  wait: ["1s", "3s", "4s"],
  on_conflict: ["warn", "off", "warn"],
  strict: [true, true, true],
  ignore: [["a"], ["b"], ["c"]],
  write_tools: [{ a: "x" }, { b: "x" }, { c: "x" }],
  store: ["file", "file", "file"],
};

const asVariable = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

describe("environment over project over user over default", () => {
  for (const key of CONFIG_KEYS) {
    test(`for ${key}, and each place is named`, async () => {
      using project = layProject({ state: false });
      const [user, own, environment] = VALUES[key];
      const variable = `COORD_${key.toUpperCase()}`;
      expect(await setting(project, key)).toEqual({ key, value: WRITTEN_DEFAULTS[key], source: "default" });
      project.write(userFile(project), JSON.stringify({ [key]: user }));
      expect(await setting(project, key)).toEqual({ key, value: user, source: "user", file: userFile(project) });
      project.write(PROJECT, JSON.stringify({ [key]: own }));
      expect(await setting(project, key)).toEqual({ key, value: own, source: "project", file: project.path(PROJECT) });
      expect(await setting(project, key, { [variable]: asVariable(environment) })).toEqual({
        key,
        value: environment,
        source: "environment",
        variable,
      });
      expect(await setting(project, key, { [variable]: "" })).toMatchObject({ source: "project" });
    });
  }

  test("is what is loaded, too", async () => {
    using project = layProject({ state: false });
    expect(await loaded(project, { COORD_WAIT: "" })).toEqual(DEFAULTS);
    project.write(userFile(project), '{"wait":"1s","hold":"session","tool_ttl":"10s"}');
    project.write(PROJECT, '{"wait":"3s","hold":"turn"}');
    expect(await loaded(project, { COORD_WAIT: "4s" })).toMatchObject({
      waitMs: 4000,
      hold: "turn",
      toolTtlMs: 10_000,
      onConflict: "deny",
    });
  });

  test("XDG_CONFIG_HOME says where the user's file is", async () => {
    using project = layProject({ state: false });
    const home = `${project.root}/xdg`;
    project.write(`${home}/coord/config.json`, '{"hold":"turn"}');
    const found = await setting(project, "hold", { XDG_CONFIG_HOME: home });
    expect(found).toMatchObject({ source: "user", file: `${home}/coord/config.json` });
  });
});

test("the defaults as they are written are the defaults that hold", () => {
  const ms = (text: string): number => parseDuration(text) ?? -1;
  const written: Config = {
    ttlMs: ms(WRITTEN_DEFAULTS.ttl),
    toolTtlMs: ms(WRITTEN_DEFAULTS.tool_ttl),
    staleAfterMs: ms(WRITTEN_DEFAULTS.stale_after),
    hold: WRITTEN_DEFAULTS.hold,
    waitMs: ms(WRITTEN_DEFAULTS.wait),
    onConflict: WRITTEN_DEFAULTS.on_conflict,
    strict: WRITTEN_DEFAULTS.strict,
    ignore: [...DEFAULTS.ignore, ...WRITTEN_DEFAULTS.ignore],
    writeTools: new Map(Object.entries(WRITTEN_DEFAULTS.write_tools)),
  };
  expect(written).toEqual(DEFAULTS);
});

test("a ttl above stale_after is shown as it is in force, with what was asked for, by whom, and the key that cut it", async () => {
  using project = layProject({ state: false });
  project.write(PROJECT, '{"stale_after":"4m"}');
  const cut = { key: "ttl", value: "4m", limited_by: "stale_after" } as const;
  expect(await setting(project, "ttl")).toEqual({ ...cut, source: "default", asked: "5m" });
  expect(await setting(project, "ttl", { COORD_TTL: "10m" })).toEqual({
    ...cut,
    source: "environment",
    variable: "COORD_TTL",
    asked: "10m",
  });
  expect(await setting(project, "ttl", { COORD_TTL: "4m" })).toEqual({
    key: "ttl",
    value: "4m",
    source: "environment",
    variable: "COORD_TTL",
  });
});

describe("what cannot be used is told with its place:", () => {
  const rows: readonly (readonly [text: string, line: number, column: number, says: string, key?: string])[] = [
    ["{", 1, 2, 'a "}" is missing here'],
    ['{"hold": "turn"\n "wait": "1s"}', 2, 2, 'a "," is missing before this'],
    ['{"hold": "turn",\n}', 2, 1, 'the "," before it is one too many'],
    ['{"ignore": ["a",]}', 1, 17, 'the "," before it is one too many'],
    ['{"hold" "turn"}', 1, 9, 'a ":" is missing before this'],
    ['{\n\t"hold": turn}', 2, 10, "a word without double quotes"],
    ["{hold: 1}", 1, 2, "a word without double quotes"],
    ['// mine\n{"hold":"turn"}', 1, 1, "comments are not allowed"],
    ['{"hold":"tu', 1, 9, "a double quote is missing"],
    ['{"hold":"tu\\q"}', 1, 9, "no such escape"],
    ['{"hold":"tu\trn"}', 1, 9, "a control character"],
    ["{} {}", 1, 4, "nothing may follow"],
    ["[]", 1, 1, "must be one JSON object"],
    ["\n  null", 2, 3, "must be one JSON object"],
    [
      '{"hold": "turn",\r\n  "holt": "turn"}',
      2,
      3,
      'holt: is not a key of coord (did you mean "hold"?); the keys are ttl,',
      "holt",
    ],
    ['{\n  "hold": "turnn"}', 2, 11, 'hold: wants one of "tool", "turn", "session"', "hold"],
    ['{"hold": "turn", "hold": 5}', 1, 26, "hold: wants one of", "hold"],
    ['{"wait": "1m"}', 1, 10, 'wait: wants at most "45s"', "wait"],
    ['{"tool_ttl":\n"1ms"}', 2, 1, 'tool_ttl: wants at least "100ms"', "tool_ttl"],
    ['{"ignore": ["a",\n  5]}', 2, 3, "ignore.1: wants globs", "ignore"],
    ['{"write_tools": {"1x": "path"}}', 1, 18, "write_tools.1x: is not the name of a tool", "write_tools"],
    ['{"write_tools": {"x": 1}}', 1, 23, "write_tools.x: wants the name of the argument", "write_tools"],
  ];
  for (const [text, line, column, says, key] of rows) {
    test(JSON.stringify(text), async () => {
      using project = layProject({ state: false });
      project.write(PROJECT, text);
      const error = await refused(project);
      const file = project.path(PROJECT);
      expect(error.code).toBe("CONFIG");
      expect(error.message).toStartWith(`Bad configuration in "${file}", line ${line}, column ${column}: `);
      expect(error.message).toContain(says);
      expect(error.data).toEqual({ file, line, column, ...(key === undefined ? {} : { key }) });
      expect(error.hint ?? "").not.toBe("");
    });
  }

  test("an empty file, and one that is too large, have no place but a reason", async () => {
    using project = layProject({ state: false });
    project.write(PROJECT, " ");
    expect((await refused(project)).message).toEndWith(": empty");
    project.write(PROJECT, `{"hold":"${"x".repeat(300 * 1024)}"}`);
    expect((await refused(project)).message).toEndWith(": larger than 256 KB");
  });

  test("a file that cannot be read", async () => {
    using project = layProject({ state: false });
    mkdirSync(project.path(PROJECT), { recursive: true });
    chmodSync(project.path(PROJECT), 0o700);
    const error = await refused(project);
    expect(error.message).toStartWith(`Cannot read "${project.path(PROJECT)}": E`);
    expect(error.data).toEqual({ file: project.path(PROJECT) });
  });

  test("a variable, by its name", async () => {
    using project = layProject({ state: false });
    const error = await refused(project, { COORD_IGNORE: "dist/**" });
    expect(error.message).toBe(
      "Bad configuration in the environment variable COORD_IGNORE: ignore: wants a list of globs",
    );
    expect(error.data).toEqual({ variable: "COORD_IGNORE" });
    expect((await refused(project, { COORD_WAIT: "1m" })).message).toContain("COORD_WAIT: wait: wants at most");
  });

  test("what git tracks and would weaken a protection", async () => {
    using project = layProject();
    project.write(PROJECT, '{"hold":"turn",\n "on_conflict":"off"}');
    expect(await loaded(project)).toMatchObject({ onConflict: "off" });
    project.git("add", "-f", PROJECT);
    const error = await refused(project);
    const file = project.path(PROJECT);
    expect(error.message).toBe(`"${file}", line 2, column 2 is tracked by git and may not set "on_conflict"`);
    expect(error.data).toEqual({ file, line: 2, column: 2, key: "on_conflict" });
  });
});

test("with an error anywhere the defaults are in force, and every error is told", async () => {
  using project = layProject({ state: false });
  project.write(userFile(project), '{"hold":"turn"');
  project.write(PROJECT, '{"wait":"1s"}');
  const { settings, errors } = await inForce(project, {
    COORD_TTL: "soon",
    COORD_HOLD: "session",
    COORD_STRICT: "maybe",
  });
  expect(Object.fromEntries(settings.map(({ key, value }) => [key, value]))).toEqual({ ...WRITTEN_DEFAULTS });
  expect(settings.every(({ source }) => source === "default")).toBe(true);
  expect(errors.map(({ data }) => data)).toMatchObject([
    { file: userFile(project) },
    { variable: "COORD_TTL" },
    { variable: "COORD_STRICT" },
  ]);
});
