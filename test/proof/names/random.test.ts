/** Names by chance, in process: the same rules for every text that a path can be, and for bytes that are no text. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fc from "fast-check";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { openApp, type App } from "../../../src/app/context.ts";
import { typedPath } from "../../../src/app/paths.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import type { PathId } from "../../../src/domain/path.ts";
import { named, quoted, shellWord } from "../../../src/domain/quote.ts";
import { escapeForJson, escapeForTerminal } from "../../../src/domain/visible.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { HIDDEN } from "../../hooks/hook.ts";
import type { Project } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { layGround } from "./same-file.ts";

const RUNS = scaled(3000, 150_000);
const PATIENCE_MS = scaled(60_000, 600_000);

let project: Project;
let app: App;

beforeAll(async () => {
  project = layGround();
  const { env, dir } = project;
  for (const [name, target] of [
    ["up", "src/deep"],
    ["self", "."],
  ] as const)
    symlinkSync(target, join(dir, name));
  app = await openApp({ native: await loadNative(), env, cwd: dir });
});
afterAll(() => project[Symbol.dispose]());

/** A name as a folder may hold it, near the edges of what is one. */
const name = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom("a", "A", ".", "-", " ", "\n", "~", "\u0301", "e", "\u00e9"),
      minLength: 1,
      maxLength: 5,
    }),
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => new TextDecoder().decode(bytes)),
  )
  .map((text) => text.replaceAll(/[/\0]/g, "_"))
  .filter((text) => text.isWellFormed() && text !== "." && text !== ".." && text !== "");

/** The path of a file, and other ways to write it that the system takes for the same. */
const way = fc.constantFrom<((path: string) => string)[]>(
  (path) => `./${path}`,
  (path) => `.//./${path}`,
  (path) => `src/../${path}`,
  (path) => `up/../../${path}`,
  (path) => `self/self/${path}`,
  (path) => join(project.dir, path),
  (path) => `../project/${path}`,
  (path) => `/proc/self/cwd/../../../../../../../../..${project.dir}/${path}`,
  (path) => `no/../${path}`,
);

/** Another name that differs as little as names can. */
const twist = fc.constantFrom<((name: string) => string)[]>(
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => name.normalize("NFC"),
  (name) => name.normalize("NFD"),
  (name) => name.normalize("NFKC"),
  (name) => `${name} `,
  (name) => ` ${name}`,
  (name) => `${name}\u200b`,
  (name) => `${name}.`,
  (name) => `${name}~1`,
);

type Identify = (typed: string) => Pick<PathId, "key" | "file_path">;
type Show = (text: string) => string;

function seeded(numRuns: number) {
  return { seed: SEED, numRuns };
}

/** Two ways to one file have one key; two names have two. */
function keysHold(identify: Identify, numRuns: number): void {
  fc.assert(
    fc.property(
      name,
      fc.oneof(
        name.map((other) => () => other),
        twist,
      ),
      way,
      (one, turn, by) => {
        const other = turn(one).replaceAll("/", "_");
        const id = identify(one);
        expect(id.file_path).toBe(one);
        expect(id.key).toMatch(/^[0-9a-f]{32}$/);
        expect(identify(by(one)).key).toBe(id.key);
        if (one !== other) expect(identify(other).key).not.toBe(id.key);
      },
    ),
    seeded(numRuns),
  );
}

/** No text acts on a terminal, and none is lost on the way through JSON. */
function showsHold(show: Show, numRuns: number): void {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  fc.assert(
    fc.property(text, (value) => {
      expect(show(value)).not.toMatch(HIDDEN);
      expect(show(value)).not.toContain("\n");
      expect(named(value)).not.toMatch(HIDDEN);
      expect(quoted(value)).not.toMatch(/[<>\n]/);
      const json = escapeForJson(JSON.stringify({ value }));
      expect(json).not.toMatch(HIDDEN);
      expect(JSON.parse(json)).toEqual({ value });
      expect(shellWord(value) ?? "").not.toMatch(HIDDEN);
    }),
    seeded(numRuns),
  );
}

const typed = (path: string): PathId => typedPath(app, path);

test(
  "a file has one key by all of its names, and no other file has it",
  () => {
    keysHold(typed, RUNS);
    record({ check: "names by chance: keys", load: { names: RUNS * 2 }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

test(
  "no text shows itself as what it is not, on a terminal, to a model, in JSON or as a word to type",
  () => {
    showsHold(escapeForTerminal, RUNS);
    record({ check: "texts by chance: shown", load: { texts: RUNS }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

test(
  "any text at all is a path, or refused as one",
  () => {
    const any = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc
        .array(fc.constantFrom("..", ".", "", "loop", "up", "src", "a.ts", "\0", "\ud800", "x".repeat(256)), {
          maxLength: 8,
        })
        .map((parts) => parts.join("/")),
    );
    fc.assert(
      fc.property(any, (path) => {
        try {
          const { key, real_path } = typedPath(app, path);
          expect(key).toMatch(/^[0-9a-f]{32}$/);
          expect(real_path).toMatch(/^\//);
          expect(real_path.split("/")).not.toContain("..");
        } catch (error) {
          if (!isCoordError(error)) throw error;
          expect(error.code).toBe("USAGE");
        }
      }),
      seeded(RUNS),
    );
    record({ check: "any text as a path", load: { texts: RUNS }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

const MUTANTS: readonly (readonly [what: string, run: () => void])[] = [
  ["a key made from the typed path", () => keysHold((path) => ({ ...typed(path), key: keyOf(path) }), RUNS)],
  [
    "a key made from the case-folded path",
    () => keysHold((path) => ({ ...typed(path), key: keyOf(typed(path).real_path.toLowerCase()) }), RUNS),
  ],
  [
    "a key made from the composed form of the path",
    () => keysHold((path) => ({ ...typed(path), key: keyOf(typed(path).real_path.normalize("NFC")) }), RUNS),
  ],
  ["a text that is not escaped", () => showsHold((text) => text, RUNS)],
  [
    "a text of which only control characters are escaped",
    () => showsHold((text) => text.replaceAll(/\p{Cc}/gu, "?"), RUNS),
  ],
];

function keyOf(path: string): string {
  return new Bun.CryptoHasher("sha256").update(path).digest("hex").slice(0, 32);
}

for (const [what, run] of MUTANTS) {
  test(
    `chance finds ${what}`,
    () => {
      expect(run).toThrow(/Property failed after (\d+) tests/);
      record({ mutant: what, by: "names by chance" });
    },
    PATIENCE_MS,
  );
}
