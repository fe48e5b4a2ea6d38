/**
 * Packs the binaries for a release: dist/release has one archive per platform and compression, SHA256SUMS, and the
 * installer that knows the version and where to download from.
 *
 *   npm run release:pack                       all platforms, from the binaries in dist
 *   npm run release:pack -- --only linux-x64   of these only (may be repeated)
 *   npm run release:pack -- --fast             packs quickly and badly: for tests
 *   npm run release:pack -- --releases URL     where the archives will be: URL/download/v<version>/…
 *   npm run release:pack -- --binaries FOLDER  of these, instead of those in dist
 *   npm run release:pack -- --out FOLDER       instead of dist/release
 *
 * The same binaries give the same archives: no time, owner or order of this machine is in them.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { PLATFORMS } from "../platforms.ts";
import { asScript, run } from "./script.ts";
import { DIST, OUT, PACKAGE } from "./this-release.ts";

/** The installer's own placeholder: as long as it stands there, the installer asks for COORD_RELEASES. */
const RELEASES = "@RELEASES@";
/** In the installer it stands in double quotes of a shell. */
const ADDRESS = /^(@RELEASES@|https?:\/\/[\w.:/[\]%~-]+)$/;

interface PackOptions {
  readonly platforms: readonly string[];
  readonly fast: boolean;
  readonly releases: string;
  readonly binaries: string;
  readonly out: string;
}

/** The archive's one entry is `coord`, so that unpacking it is all there is to installing it. */
function pack(platform: string, { binaries, out, fast }: PackOptions): readonly string[] {
  const binary = join(binaries, `coord-${platform}`);
  if (!existsSync(binary)) throw new Error(`There is no "${binary}". Next: npm run build -- --all`);
  const scratch = join(out, `.${platform}`);
  mkdirSync(scratch, { recursive: true });
  try {
    copyFileSync(binary, join(scratch, "coord"));
    chmodSync(join(scratch, "coord"), 0o755);
    const tar = join(scratch, `coord-${platform}.tar`);
    const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"];
    run(["tar", ...same, "-cf", tar, "-C", scratch, "coord"], out);
    const level = fast ? "-1" : "-9";
    return (
      [
        ["xz", ["--threads=0"], ".tar.xz"],
        // For systems without xz. `-n`: without the name and time of the file.
        ["gzip", ["-n"], ".tar.gz"],
      ] as const
    ).map(([program, flags, suffix]) => {
      run([program, ...flags, level, "--keep", "--force", tar], scratch);
      const archive = join(out, `coord-${platform}${suffix}`);
      copyFileSync(`${tar}${suffix.slice(4)}`, archive);
      return archive;
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function sumOf(path: string): string {
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}

function layInstaller({ out, releases }: PackOptions): string {
  const text = readFileSync(join(import.meta.dir, "install.sh"), "utf8");
  const file = join(out, "install.sh");
  writeFileSync(file, text.replace("'@VERSION@'", `'${PACKAGE.version}'`).replace("@RELEASES@", releases));
  chmodSync(file, 0o755);
  return file;
}

/** What `coord upgrade --check` asks for. */
function layVersion({ out }: PackOptions): string {
  const file = join(out, "VERSION");
  writeFileSync(file, `${PACKAGE.version}\n`);
  return file;
}

function packAll(options: PackOptions): void {
  const { out, platforms } = options;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const files = [
    ...platforms.flatMap((platform) => pack(platform, options)),
    layInstaller(options),
    layVersion(options),
  ];
  writeFileSync(join(out, "SHA256SUMS"), files.map((file) => `${sumOf(file)}  ${basename(file)}\n`).join(""));
  for (const file of files) process.stdout.write(`${basename(file)}  ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
}

asScript("pack", (args) => {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", multiple: true, default: [] },
      fast: { type: "boolean", default: false },
      releases: { type: "string", default: RELEASES },
      binaries: { type: "string", default: DIST },
      out: { type: "string", default: OUT },
    },
  });
  if (!ADDRESS.test(values.releases)) throw new Error(`"${values.releases}" is no address of releases`);
  const known = PLATFORMS.map(({ name }) => name);
  const unknown = values.only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no "${unknown}"; --only takes ${known.join(", ")}`);
  packAll({ ...values, platforms: values.only.length === 0 ? known : values.only });
});
