/**
 * The npm packages of a release: one that people install, which has the binaries as its optional parts, so that each
 * machine downloads only its own. Nothing is run at installation.
 *
 *   npm run release:npm -- --name @scope/coord                      packages for all platforms, into dist/release/npm
 *   npm run release:npm -- --name @scope/coord --only linux-x64     only this binary (may be repeated)
 *
 * Made from the binaries in dist (or --binaries FOLDER); prints the packages in the order in which they have to be published.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PLATFORMS, type Platform } from "../platforms.ts";
import { asScript, run } from "./script.ts";
import { DIST, OUT, PACKAGE, TOP } from "./this-release.ts";

/** As npm has them, with or without a scope. */
const NAME = /^(@[a-z0-9-]+\/)?[a-z0-9-]+$/;

interface Wanted {
  readonly name: string;
  readonly platforms: readonly Platform[];
  readonly binaries: string;
  readonly out: string;
  readonly repository: string | undefined;
}

function common({ repository }: Wanted): object {
  const { version, description, license } = PACKAGE;
  return { version, description, license, ...(repository === undefined ? {} : { repository }) };
}

function layFolder(out: string, name: string, manifest: object): string {
  const folder = join(out, "folders", name.replace("/", "-").replace("@", ""));
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(join(TOP, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

function layBinary(wanted: Wanted, { name: platform, os, cpu, libc }: Platform): string {
  const binary = join(wanted.binaries, `coord-${platform}`);
  if (!existsSync(binary)) throw new Error(`There is no "${binary}". Next: npm run build -- --all`);
  const name = `${wanted.name}-${platform}`;
  const manifest = {
    name,
    ...common(wanted),
    description: `coord for ${platform}: a part of ${wanted.name}`,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    files: ["bin"],
    // Yarn would otherwise keep it in an archive, from which nothing can be run.
    preferUnplugged: true,
  };
  const folder = layFolder(wanted.out, name, manifest);
  const file = join(folder, "bin", "coord");
  copyFileSync(binary, file);
  chmodSync(file, 0o755);
  return folder;
}

function layMain(wanted: Wanted): string {
  const parts = wanted.platforms.map(({ name }) => [`${wanted.name}-${name}`, PACKAGE.version]);
  const manifest = {
    name: wanted.name,
    ...common(wanted),
    bin: { coord: "bin/coord.mjs" },
    files: ["bin"],
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(parts),
  };
  const folder = layFolder(wanted.out, wanted.name, manifest);
  const starter = readFileSync(join(import.meta.dir, "npm-starter.mjs"), "utf8");
  writeFileSync(join(folder, "bin", "coord.mjs"), starter.replaceAll("@NAME@", wanted.name), { mode: 0o755 });
  copyFileSync(join(TOP, "README.md"), join(folder, "README.md"));
  return folder;
}

function layAll(wanted: Wanted): void {
  rmSync(wanted.out, { recursive: true, force: true });
  mkdirSync(wanted.out, { recursive: true });
  // The parts first: whoever installs the package in between would get it without its binary.
  for (const folder of [...wanted.platforms.map((platform) => layBinary(wanted, platform)), layMain(wanted)]) {
    run(["npm", "pack", folder, "--pack-destination", wanted.out], wanted.out);
    process.stdout.write(`${folder.slice(folder.lastIndexOf("/") + 1)}-${PACKAGE.version}.tgz\n`);
  }
  rmSync(join(wanted.out, "folders"), { recursive: true });
}

asScript("npm", (args) => {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      binaries: { type: "string", default: DIST },
      out: { type: "string", default: join(OUT, "npm") },
      repository: { type: "string" },
    },
  });
  const { name, only, binaries, out, repository } = values;
  if (name === undefined || !NAME.test(name)) throw new Error(`--name needs a name of a package, such as @scope/coord`);
  const unknown = only.find((platform) => PLATFORMS.every((known) => known.name !== platform));
  if (unknown !== undefined) throw new Error(`There is no "${unknown}"`);
  const platforms = PLATFORMS.filter((platform) => only.length === 0 || only.includes(platform.name));
  layAll({ name, platforms, binaries, out, repository });
});
