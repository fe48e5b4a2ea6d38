import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOP } from "./lint.ts";

let folder = "";
const valibot = join(TOP, "node_modules", "valibot", "dist", "index.mjs");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coord-schemas-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeModule(body: string): void {
  writeFileSync(join(folder, "from.ts"), `import * as v from ${JSON.stringify(valibot)};\n${body}\n`);
}

function schemas(...args: readonly string[]): { code: number; text: string } {
  const script = join(TOP, "scripts", "schemas.ts");
  const paths = ["--from", join(folder, "from.ts"), "--out", join(folder, "out")];
  const run = Bun.spawnSync([process.execPath, script, ...paths, ...args], { cwd: TOP });
  return { code: run.exitCode, text: `${run.stdout.toString()}${run.stderr.toString()}` };
}

test("schemas writes one file for each schema, and --check agrees with what it wrote", () => {
  writeModule("export const diskSchemas = { lock: v.object({ path: v.string(), ttl: v.optional(v.number()) }) };");
  expect(schemas().code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, "out", "lock.schema.json"), "utf8"))).toEqual({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: { path: { type: "string" }, ttl: { type: "number" } },
    required: ["path"],
  });
  expect(schemas("--check")).toEqual({ code: 0, text: "" });
});

test("schemas --check names missing, differing and surplus files, and changes none", () => {
  writeModule("export const diskSchemas = { a: v.string(), b: v.string() };");
  schemas();
  writeModule("export const diskSchemas = { b: v.number(), c: v.string() };");
  const { code, text } = schemas("--check");
  expect(code).toBe(1);
  expect(text).toContain("b.schema.json differs");
  expect(text).toContain("c.schema.json is missing");
  expect(text).toContain("a.schema.json has no valibot schema");
  expect(readdirSync(join(folder, "out")).toSorted()).toEqual(["a.schema.json", "b.schema.json"]);
});

test("schemas removes the file of a schema that is gone", () => {
  writeModule("export const diskSchemas = { a: v.string() };");
  schemas();
  writeModule("export const diskSchemas = { b: v.string() };");
  schemas();
  expect(readdirSync(join(folder, "out"))).toEqual(["b.schema.json"]);
});

test.each([
  ["a schema that JSON Schema cannot express", "export const diskSchemas = { d: v.date() };", '"d"'],
  ["a value that is no schema", "export const diskSchemas = { d: { kind: 1 } };", "diskSchemas.d"],
  ["a module without schemas", "export const other = v.string();", "diskSchemas"],
  ["a name that is no file name", 'export const diskSchemas = { "../d": v.string() };', "../d"],
])("schemas refuses %s", (_, body, expected) => {
  writeModule(body);
  const { code, text } = schemas();
  expect(code).toBe(1);
  expect(text).toContain(expected);
});
