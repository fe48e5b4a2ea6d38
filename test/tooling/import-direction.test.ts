/**
 * The layers of ARCHITECTURE.md, stated once more and independently of the linter's patterns: each pair of folders is
 * tried with every way of writing an import.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lint, TOP, type Findings } from "./lint.ts";

const MAY_IMPORT = {
  domain: [],
  schema: ["domain"],
  platform: [],
  store: ["domain", "schema", "platform"],
  app: ["domain", "schema", "store", "platform"],
  cli: ["domain", "schema", "store", "platform", "app"],
  hooks: ["domain", "schema", "store", "platform", "app"],
} as const;

/** Types only: a type leaves no trace at run time, so platform can name the domain's without depending on it. */
const MAY_IMPORT_TYPES: Readonly<Record<string, readonly string[]>> = { platform: ["domain"] };

const RULE = "no-restricted-imports";
const LAYERS = Object.keys(MAY_IMPORT);
const TARGET = "export const a = 1;\nexport interface T {\n  readonly a: number;\n}\n";

/** Name of the form: the file's folder below its layer, and its text for the module `to`, relative to `src`. */
const FORMS: ReadonlyMap<string, { readonly below: string; readonly text: (to: string) => string }> = new Map([
  ["static", { below: "", text: (to) => `import { a } from "../${to}";\nexport const b = a;\n` }],
  ["bare", { below: "", text: (to) => `import "../${to}";\n` }],
  ["reexport", { below: "", text: (to) => `export * from "../${to}";\n` }],
  ["dynamic", { below: "", text: (to) => `export const load = () => import("../${to}");\n` }],
  ["deep", { below: "one/two/", text: (to) => `import { a } from "../../../${to}";\nexport const b = a;\n` }],
  ["deep-dynamic", { below: "one/", text: (to) => `export const load = () => import("../../${to}");\n` }],
  ["dotted", { below: "", text: (to) => `import { a } from "./../${to}";\nexport const b = a;\n` }],
  ["round-src", { below: "", text: (to) => `import { a } from "../../src/${to}";\nexport const b = a;\n` }],
  ["type", { below: "", text: (to) => `import type { T } from "../${to}";\nexport type B = T;\n` }],
]);

const fileOf = (from: string, form: string, to: string): string =>
  `src/${from}/${FORMS.get(form)?.below ?? ""}${form}-${to}.ts`;

let findings: Findings = new Map();
const isReported = (file: string): boolean => findings.get(file)?.has(RULE) ?? false;

beforeAll(() => {
  const files = new Map<string, string>([
    ["src/main.ts", `${LAYERS.map((to) => `import "./${to}/x.ts";`).join("\n")}\n${TARGET}`],
  ]);
  for (const from of LAYERS) {
    files.set(`src/${from}/x.ts`, TARGET);
    files.set(`src/${from}/inner/from-parent.ts`, 'import { a } from "../x.ts";\nexport const b = a;\n');
    files.set(`src/${from}/from-test.ts`, 'import { a } from "../../test/x.ts";\nexport const b = a;\n');
    files.set(
      `src/${from}/from-consola.ts`,
      'import { createConsola } from "consola";\nexport const b = createConsola;\n',
    );
    files.set(`src/${from}/from-node.ts`, 'import { readFileSync } from "node:fs";\nexport const b = readFileSync;\n');
    for (const [form, { text }] of FORMS) {
      for (const to of LAYERS) if (to !== from) files.set(fileOf(from, form, to), text(`${to}/x.ts`));
      files.set(fileOf(from, form, "main"), text("main.ts"));
    }
  }
  files.set("test/x.ts", TARGET);
  files.set("test/from-app.ts", 'import { a } from "../src/app/x.ts";\nexport const b = a;\n');
  files.set("test/from-main.ts", 'import { a } from "../src/main.ts";\nexport const b = a;\n');
  findings = lint(files);
}, 60_000);

describe.each(Object.entries(MAY_IMPORT))("%s", (from, allowed: readonly string[]) => {
  test.each(LAYERS.filter((to) => to !== from && allowed.includes(to)))("may import %s", (to) => {
    for (const form of FORMS.keys()) expect([form, isReported(fileOf(from, form, to))]).toEqual([form, false]);
  });

  test.each([...LAYERS, "main"].filter((to) => to !== from && !allowed.includes(to)))("may not import %s", (to) => {
    for (const form of FORMS.keys()) {
      const typesAllowed = form === "type" && (MAY_IMPORT_TYPES[from] ?? []).includes(to);
      expect([form, isReported(fileOf(from, form, to))]).toEqual([form, !typesAllowed]);
    }
  });

  test("may import from its own folders", () => {
    expect(isReported(`src/${from}/inner/from-parent.ts`)).toBe(false);
  });

  test("may not import tests", () => {
    expect(isReported(`src/${from}/from-test.ts`)).toBe(true);
  });
});

describe("packages", () => {
  test.each(LAYERS)("%s imports consola only if it is cli", (from) => {
    expect(isReported(`src/${from}/from-consola.ts`)).toBe(from !== "cli");
  });

  test.each(LAYERS)("%s imports node:fs unless it is domain or schema", (from) => {
    expect(isReported(`src/${from}/from-node.ts`)).toBe(from === "domain" || from === "schema");
  });
});

test("main may import every layer", () => {
  expect(isReported("src/main.ts")).toBe(false);
});

test("tests may import every layer, but not main", () => {
  expect([isReported("test/from-app.ts"), isReported("test/from-main.ts")]).toEqual([false, true]);
});

test("src holds only folders that have import rules", () => {
  const unknown = readdirSync(join(TOP, "src")).filter((name) => name !== "main.ts" && !LAYERS.includes(name));
  expect(unknown).toEqual([]);
});
