/** The rules of STYLE that are checked by a tool, each with a file that breaks it: a misspelt rule checks nothing. */
import { beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lint, TOP, type Findings } from "./lint.ts";

const long = (lines: number): string =>
  Array.from({ length: lines }, (_, n) => `export const a${n} = ${n};\n`).join("");

/** Rule, file, text. The file's name tells which folder the rule has to hold in. */
const BREAKS: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["no-floating-promises", "src/app/floating.ts", "export function f(p: Promise<void>): void {\n  p;\n}\n"],
  ["no-misused-promises", "src/app/misused.ts", "export const f = (p: Promise<boolean>) => (p ? 1 : 2);\n"],
  ["no-explicit-any", "src/app/any.ts", "export const f = (x: any): void => void x;\n"],
  ["no-explicit-any", "test/any.ts", "export const f = (x: any): void => void x;\n"],
  [
    "no-unsafe-assignment",
    "src/app/unsafe.ts",
    'export const f = (): void => {\n  const x = JSON.parse("1");\n  void x;\n};\n',
  ],
  ["consistent-type-assertions", "src/app/as.ts", "export const f = (x: unknown) => x as string;\n"],
  ["consistent-type-assertions", "scripts/as.ts", "export const f = (x: unknown) => x as string;\n"],
  ["consistent-type-assertions", "test/angle.ts", "export const f = (x: unknown) => <string>x;\n"],
  ["no-non-null-assertion", "test/non-null.ts", "export const f = (x: string | undefined) => x!;\n"],
  ["no-default-export", "src/app/default.ts", "export default 1;\n"],
  ["no-console", "src/cli/console.ts", 'export const f = () => console.log("x");\n'],
  ["no-top-level-await", "src/app/tla.ts", "export const x = await Promise.resolve(1);\n"],
  ["no-top-level-await", "scripts/tla.ts", "for await (const x of [Promise.resolve(1)]) void x;\nexport {};\n"],
  ["max-lines", "src/app/long.ts", long(401)],
  ["extensions", "src/app/extension.ts", 'import { a } from "./good";\nexport const b = a;\n'],
  ["no-cycle", "src/app/cycle-a.ts", 'import { b } from "./cycle-b.ts";\nexport const a = () => b;\n'],
  ["no-dynamic-require", "src/app/computed.ts", "export const f = (x: string): Promise<unknown> => import(x);\n"],
  ["no-require-imports", "src/app/require.ts", 'export const f = () => require("./good.ts") satisfies unknown;\n'],
  ["consistent-type-imports", "src/app/import-type.ts", 'export type A = import("./good.ts").A;\n'],
  ["no-restricted-globals", "src/domain/process.ts", "export const f = () => process.pid;\n"],
  ["no-restricted-properties", "src/domain/now.ts", "export const f = () => Date.now();\n"],
  ["no-restricted-properties", "src/domain/random.ts", "export const f = () => Math.random();\n"],
  [
    "switch-exhaustiveness-check",
    "src/app/switch.ts",
    'export function f(x: "a" | "b"): void {\n  switch (x) {\n    case "a":\n  }\n}\n',
  ],
];

const GOOD: ReadonlyMap<string, string> = new Map([
  ["src/app/good.ts", 'export const a = ["x", "y"] as const;\nexport type A = (typeof a)[number];\n'],
  ["src/app/long-enough.ts", long(400)],
  ["src/app/cycle-b.ts", 'import { a } from "./cycle-a.ts";\nexport const b = () => a;\n'],
  ["test/long.ts", long(401)],
  ["scripts/console.ts", 'export const f = () => console.log("x");\n'],
]);

let findings: Findings = new Map();

beforeAll(() => {
  findings = lint(new Map([...BREAKS.map(([, file, text]) => [file, text] as const), ...GOOD]));
}, 60_000);

test.each(BREAKS)("%s is enforced in %s", (rule, file) => {
  expect([...(findings.get(file) ?? [])]).toContain(rule);
});

test.each([...GOOD.keys()].filter((file) => !file.includes("cycle")))("nothing is wrong with %s", (file) => {
  expect([...(findings.get(file) ?? [])]).toEqual([]);
});

test("each exception from a rule states its reason", () => {
  const files = [...new Bun.Glob("{src,scripts,test}/**/*.{ts,mjs}").scanSync(TOP)];
  const marker = /(?:oxlint|eslint)-disable|@ts-(?:expect-error|ignore)/;
  const bare = files.flatMap((file) =>
    readFileSync(join(TOP, file), "utf8")
      .split("\n")
      .filter((line) => /^\s*\/[/*]/.test(line) && marker.test(line) && !/ -- \S|@ts-expect-error:? \S/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(files.length).toBeGreaterThan(0);
  expect(bare).toEqual([]);
});
