/** What an editor says of config.json by the published schema, and what coord says of it: the same. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { writtenDuration, parseDuration } from "../../src/domain/duration.ts";
import { WRITTEN_DEFAULTS } from "../../src/schema/config-about.ts";
import { CONFIG_KEYS, configSchema } from "../../src/schema/config.ts";
import { fits, structureSchema } from "./json-schema.ts";

const text = readFileSync(join(import.meta.dir, "../../schemas/config.schema.json"), "utf8");
const published = v.parse(v.pipe(v.string(), v.parseJson(), structureSchema), text);
const { properties = {} } = published;

const GOOD: readonly unknown[] = [
  {},
  { $schema: "./schemas/config.schema.json" },
  { ttl: "5m", tool_ttl: "60s", stale_after: "1.5h", wait: "500ms" },
  { ttl: "1d" },
  { hold: "tool" },
  { hold: "turn", on_conflict: "warn", strict: true, store: "file" },
  { hold: "session", on_conflict: "off", strict: false },
  { ignore: [] },
  { ignore: ["dist/**", "*.log"] },
  { write_tools: {} },
  { write_tools: { "mcp__files__write-file": "path" } },
];

const BAD: readonly unknown[] = [
  { ttl: 5 },
  { ttl: "" },
  { ttl: "5" },
  { ttl: "5 m" },
  { ttl: "-5m" },
  { ttl: "5m\n" },
  { ttl: "5M" },
  { ttl: "5w" },
  { ttl: "1.2345s" },
  { wait: null },
  { tool_ttl: ["1m"] },
  { stale_after: "x5m" },
  { hold: "forever" },
  { hold: "" },
  { on_conflict: true },
  { strict: "true" },
  { strict: 1 },
  { ignore: "dist/**" },
  { ignore: [1] },
  { ignore: [["a"]] },
  { ignore: ["x".repeat(1001)] },
  { write_tools: ["x"] },
  { write_tools: { x: 1 } },
  { write_tools: { "1x": "path" } },
  { write_tools: { "": "path" } },
  { write_tools: { x: "p".repeat(201) } },
  { store: "redis" },
  { $schema: 1 },
  { holt: "turn" },
  { staleAfter: "5m" },
  "tool",
  null,
];

describe("the published schema and coord agree", () => {
  for (const document of GOOD) {
    test(`that ${JSON.stringify(document)} is right`, () => {
      expect({ editor: fits(published, document), coord: v.is(configSchema, document) }).toEqual({
        editor: true,
        coord: true,
      });
    });
  }
  for (const document of BAD) {
    test(`that ${(JSON.stringify(document) ?? "").slice(0, 60)} is wrong`, () => {
      expect({ editor: fits(published, document), coord: v.is(configSchema, document) }).toEqual({
        editor: false,
        coord: false,
      });
    });
  }
});

describe("the published schema tells an editor", () => {
  test("every key that there is, and $schema", () => {
    expect(Object.keys(properties).toSorted()).toEqual(["$schema", ...CONFIG_KEYS].toSorted());
  });

  for (const [name, about] of Object.entries(properties)) {
    test(`what ${name} means, with examples that are right`, () => {
      expect(about.description ?? "").not.toBe("");
      expect(about.examples ?? []).not.toEqual([]);
      for (const example of about.examples ?? [])
        expect({ example, fits: fits(about, example) }).toMatchObject({ fits: true });
    });
  }

  test("what holds where nothing is set", () => {
    const defaults = Object.fromEntries(CONFIG_KEYS.map((name) => [name, properties[name]?.default]));
    expect(defaults).toEqual(WRITTEN_DEFAULTS);
    expect(fits(published, defaults)).toBe(true);
    expect(defaults).toEqual({
      ttl: "5m",
      tool_ttl: "60s",
      stale_after: "5m",
      hold: "tool",
      wait: "2s",
      on_conflict: "deny",
      strict: false,
      ignore: [],
      write_tools: {},
      store: "file",
    });
  });
});

test("a duration is written as it would be read", () => {
  for (const written of ["1ms", "1500ms", "2s", "60s", "90s", "2m", "60m", "2h", "24h", "36h", "2d", "365d"]) {
    expect(writtenDuration(parseDuration(written) ?? -1)).toBe(written);
  }
  expect(writtenDuration(0)).toBe("0ms");
});
