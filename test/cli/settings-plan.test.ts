import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parse, type ParseError } from "jsonc-parser";
import { ownHooks, withoutWiring, withWiring } from "../../src/cli/settings-plan.ts";
import type { UserFile } from "../../src/cli/settings-file.ts";
import { edit, withProperty } from "../../src/cli/user-edit.ts";
import { wiring, type Scope, type WiringOptions } from "../../src/cli/wiring.ts";
import { SETTINGS } from "./settings-texts.ts";

const FILE = "/home/ann/.claude/settings.json";

function options(changes: Partial<WiringOptions> = {}): WiringOptions {
  return { scope: "user", binary: "/opt/coord/coord", writeTools: [], strict: false, ...changes };
}

function asFile(text: string | undefined): UserFile {
  return { path: FILE, target: FILE, text, mode: text === undefined ? undefined : 0o644 };
}

function installed(text: string | undefined, changes: Partial<WiringOptions> = {}): string {
  return edit(asFile(text), 0o600, (body) => withWiring(body, wiring(options(changes)), FILE)).after;
}

function uninstalled(text: string): string {
  return edit(asFile(text), 0o600, (body) => withoutWiring(body, FILE)).after;
}

function valueOf(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace("\uFEFF", ""), errors, { allowTrailingComma: true });
  expect(errors).toEqual([]);
  return value;
}

const SCOPES: readonly Scope[] = ["user", "project", "local"];

describe("install and uninstall", () => {
  for (const [name, before] of Object.entries(SETTINGS)) {
    for (const scope of SCOPES) {
      test(`give back every byte: ${name}, ${scope} scope`, () => {
        const after = installed(before, { scope });
        expect(after).not.toBe(before);
        expect(uninstalled(after)).toBe(before);
      });
    }

    test(`wire everything once and keep every other value: ${name}`, () => {
      const value = valueOf(installed(before));
      const wired = wiring(options());
      expect(ownHooks(installed(before).replace("\uFEFF", ""), FILE)).toHaveLength(wired.length);
      for (const { event, group } of wired)
        expect(value).toHaveProperty(`hooks.${event}`, expect.arrayContaining([group]));
      const { hooks: _, ...rest } = Object(valueOf(before));
      expect(value).toMatchObject(rest);
    });

    test(`do nothing the second time: ${name}`, () => {
      const once = installed(before);
      expect(installed(once)).toBe(once);
    });

    test(`update an older version's entries to what a fresh install writes: ${name}`, () => {
      const older = withWiring(
        before.replace("\uFEFF", ""),
        wiring(options({ binary: "/old/coord" })).map((entry) => ({
          ...entry,
          group: { ...entry.group, hooks: [{ ...entry.group.hooks[0], timeout: 5 }] },
        })),
        FILE,
      );
      const updated = withWiring(older, wiring(options()), FILE);
      expect(updated).toBe(installed(before).replace("\uFEFF", ""));
      expect(withoutWiring(updated, FILE)).toBe(before.replace("\uFEFF", ""));
    });
  }

  test("make a file that was not there an empty object again", () => {
    const made = installed(undefined);
    expect(made.endsWith("}\n")).toBe(true);
    expect(uninstalled(made)).toBe("{}\n");
  });

  test("write what JSON.stringify would write, so that Claude Code's own rewriting changes nothing", () => {
    const made = installed('{\n  "model": "opus"\n}\n');
    expect(made).toBe(`${JSON.stringify(valueOf(made), null, 2)}\n`);
  });

  test("survive Claude Code rewriting the file in between", () => {
    for (const before of Object.values(SETTINGS)) {
      const rewritten = `${JSON.stringify(valueOf(installed(before)), null, 2)}\n`;
      expect(installed(rewritten)).toBe(rewritten);
      expect(ownHooks(uninstalled(rewritten), FILE)).toEqual([]);
    }
  });

  test("follow a change of scope, binary and write tools in place", () => {
    for (const before of Object.values(SETTINGS)) {
      const changed = installed(installed(before), {
        binary: "/new/coord-linux-x64",
        writeTools: ["mcp__fs__put"],
        strict: true,
      });
      expect(changed).toBe(
        installed(before, { binary: "/new/coord-linux-x64", writeTools: ["mcp__fs__put"], strict: true }),
      );
      expect(uninstalled(changed)).toBe(before);
    }
  });

  test("leave a foreign handler in its place that somebody put into a group of ours", () => {
    const foreign = { type: "command", command: "./mine.sh" };
    const made = valueOf(installed("{}\n"));
    const groups: unknown = Object(made).hooks.PreToolUse;
    const mixed = JSON.stringify(made).replace(
      '"statusMessage":"coord: waiting for file lock"}',
      `"statusMessage":"coord: waiting for file lock"},${JSON.stringify(foreign)}`,
    );
    expect(Array.isArray(groups)).toBe(true);
    expect(installed(mixed)).toBe(mixed);
    expect(valueOf(installed(mixed, { binary: "/new/coord" }))).toHaveProperty("hooks.PreToolUse.0.hooks.1", foreign);
    expect(valueOf(uninstalled(mixed))).toEqual({
      hooks: { PreToolUse: [{ matcher: "Write|Edit|MultiEdit|NotebookEdit", hooks: [foreign] }] },
    });
  });

  test("remove doubled entries of ours", () => {
    const made = valueOf(installed("{}\n"));
    const { hooks } = Object(made);
    const doubled = JSON.stringify(
      { hooks: { ...hooks, Stop: [...hooks.Stop, ...hooks.Stop], Setup: hooks.Stop } },
      null,
      2,
    );
    expect(valueOf(installed(doubled))).toEqual(made);
  });

  test("refuse what is no JSON, naming file, line and column", () => {
    expect(() => installed('{\n  "model": \n}\n')).toThrow(
      /"\/home\/ann\/\.claude\/settings\.json" is not valid JSON: .* at line 3, column 1/,
    );
    expect(() => installed("[]\n")).toThrow(/it is not an object/);
    expect(() => installed('{"hooks": []}')).toThrow(/"hooks" is not an object/);
    expect(() => installed('{"hooks": {"Stop": {}}}')).toThrow(/"hooks.Stop" is not an array/);
    expect(uninstalled('{"hooks": []}')).toBe('{"hooks": []}');
  });
});

describe("any settings file", () => {
  const blank = fc.constantFrom("", "", " ", "\n", "\n  ", "\n\t", " // c\n", "/* c */", "\n  // , ] }\n  ");
  const leaf = fc.oneof(
    fc.constantFrom("true", "null", "1.5e3", '"x"', '"{,"'),
    fc.constantFrom("{}", "[]", "{\n}", "[ ]"),
  );
  /** The elements with white space and comments anywhere, and perhaps a trailing comma. */
  const joined = (parts: readonly string[], gaps: readonly string[], trailing: boolean): string => {
    const gap = (i: number): string => gaps[i % Math.max(1, gaps.length)] ?? "";
    const body = parts.map((part, i) => `${gap(2 * i)}${part}${gap(2 * i + 1)}`).join(",");
    return body + (trailing && parts.length > 0 ? "," : "") + gap(parts.length + 5);
  };
  const list = (item: fc.Arbitrary<string>, open: string, close: string): fc.Arbitrary<string> =>
    fc
      .tuple(fc.array(item, { maxLength: 3 }), fc.array(blank, { minLength: 1, maxLength: 7 }), fc.boolean())
      .map(([parts, gaps, trailing]) => open + joined(parts, gaps, trailing) + close);
  const object = (keys: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 3, selector: ([key]) => key }),
        fc.array(blank, { minLength: 1, maxLength: 7 }),
        fc.boolean(),
      )
      .map(
        ([entries, gaps, trailing]) =>
          `{${joined(
            entries.map(([k, v], i) => `"${k}"${gaps[i % gaps.length] ?? ""}: ${v}`),
            gaps,
            trailing,
          )}}`,
      );
  const foreign = fc.constantFrom(
    '{"matcher": "Bash", "hooks": [{"type": "command", "command": "x"}]}',
    '{\n      "hooks": [\n        { "type": "command", "command": "y" }, // why\n      ]\n    }',
  );
  const hooks = object(["PreToolUse", "PostToolUse", "Stop", "Notification"], list(foreign, "[", "]"));
  const settings = fc
    .tuple(
      object(["model", "env", "permissions"], fc.oneof(leaf, list(leaf, "[", "]"))),
      fc.option(hooks),
      fc.constantFrom("", "\n", "\r\n"),
    )
    .map(([rest, hooks, end]) => {
      if (hooks === null) return rest + end;
      const empty = /^\{\s*\}$/.test(rest) || !rest.includes('"');
      return `{"hooks": ${hooks}${empty ? "" : ","}${rest.slice(1)}${end}`;
    });

  test("comes back byte by byte", () => {
    fc.assert(
      fc.property(settings, fc.boolean(), fc.constantFrom(...SCOPES), (text, crlf, scope) => {
        const before = crlf ? text.replaceAll(/\r?\n/g, "\r\n") : text;
        const after = installed(before, { scope });
        const { hooks: own, ...rest } = Object(valueOf(after));
        expect(own).toBeObject();
        expect(valueOf(before)).toMatchObject(rest);
        expect(installed(after, { scope })).toBe(after);
        expect(uninstalled(after)).toBe(before);
      }),
      { numRuns: Number(process.env["COORD_TEST_RUNS"] ?? 300) },
    );
  }, 120_000);
});

describe("withProperty", () => {
  test("sets one key and leaves the rest", () => {
    expect(withProperty("{}\n", "hold", "turn", FILE)).toBe('{\n  "hold": "turn"\n}\n');
    expect(withProperty('{\n  "ttl": "10m", // long\n}\n', "hold", "turn", FILE)).toBe(
      '{\n  "ttl": "10m", // long\n  "hold": "turn",\n}\n',
    );
    expect(withProperty('{ "hold": "tool" }', "hold", "session", FILE)).toBe('{ "hold": "session" }');
    expect(withProperty('{ "hold" : "tool" }', "hold", "tool", FILE)).toBe('{ "hold" : "tool" }');
  });
});
