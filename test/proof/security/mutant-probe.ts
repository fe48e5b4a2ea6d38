/**
 * coord from its sources, with one of its modules put out of work: `bun mutant-probe.ts MUTANT coord WORDS...`. What the
 * suites of this folder look for has to be found in what it does.
 */
import { join } from "node:path";
import type * as Identity from "../../../src/app/identity.ts";

const SRC = join(import.meta.dir, "../../../src");

type Exports = Readonly<Record<string, unknown>>;

const asIs = (text: string): string => text;

/** The module that is replaced, and by what. */
const MUTANTS: Readonly<Record<string, readonly [module: string, exports: () => Promise<Exports>]>> = {
  "escapes nothing": ["domain/visible.ts", async () => ({ escapeForTerminal: asIs, escapeForJson: asIs })],
  "quotes nothing": [
    "domain/quote.ts",
    async () => ({
      quoted: (text: string) => `"${text}"`,
      named: asIs,
      shellWord: asIs,
      pathWord: asIs,
      wordForModel: asIs,
    }),
  ],
  "cuts nothing": ["domain/text.ts", async () => ({ firstCharacters: asIs, countCharacters: () => 0 })],
  "follows links": [
    "platform/sys/load.ts",
    async () => {
      const { libcSys } = await import("../../../src/platform/sys/libc.ts");
      const arch = process.arch === "arm64" ? "arm64" : "x64";
      const sys = libcSys(arch, ["libc.so.6"]);
      const open: typeof sys.open = (path, mode) => sys.open(path, mode === "read" ? "read-through" : mode);
      return { loadNative: async () => ({ sys: { ...sys, lstat: sys.stat, open }, darwin: undefined }) };
    },
  ],
  "takes any ID": [
    "app/identity.ts",
    async () => {
      // oxlint-disable-next-line import/no-dynamic-require -- the query makes it another module than the one that is replaced
      const real = await import(`${join(SRC, "app/identity.ts")}?real`);
      const { commandIdentity }: typeof Identity = real;
      const careless: typeof commandIdentity = (app, as, pid) => {
        const identity = commandIdentity(app, as === undefined ? as : "placeholder", pid);
        return as === undefined ? identity : { ...identity, id: as };
      };
      return { ...real, commandIdentity: careless };
    },
  ],
  nothing: ["domain/none.ts", async () => ({})],
};

async function main(): Promise<void> {
  const [name = "", , ...words] = process.argv.slice(2);
  const mutant = MUTANTS[name];
  if (mutant === undefined) throw new Error(`No mutant "${name}"`);
  const [module, make] = mutant;
  const exports = await make();
  Bun.plugin({
    name,
    setup: (build) => {
      const filter = new RegExp(`^${join(SRC, module).replaceAll(/[.\\/]/g, "\\$&")}$`);
      build.onLoad({ filter }, () => ({ loader: "object", exports: { ...exports } }));
    },
  });
  process.argv = [process.argv[0] ?? "bun", join(SRC, "main.ts"), ...words];
  // oxlint-disable-next-line import/no-dynamic-require -- nobody imports main, but who plays the binary
  await import(join(SRC, "main.ts"));
}

void main();
