/**
 * The Homebrew formula of a release, from the archives and sums in dist/release.
 *
 *   npm run release:formula -- --releases URL --homepage URL     writes dist/release/coord.rb
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PLATFORMS, type Platform } from "../platforms.ts";
import { asScript } from "./script.ts";
import { OUT, PACKAGE, sumsIn } from "./this-release.ts";

const SYSTEMS = [
  ["on_macos", "darwin"],
  ["on_linux", "linux"],
] as const;
/** Homebrew's word for x64 is older than arm64 Macs, and it has it on Linux too. */
const PROCESSORS = [
  ["on_arm", "arm64"],
  ["on_intel", "x64"],
] as const;

/** Homebrew itself runs on glibc only. */
function platformOf(os: string, cpu: string): Platform | undefined {
  return PLATFORMS.find((known) => known.os === os && known.cpu === cpu && known.libc !== "musl");
}

/** Ruby's double quotes read `#{` and backslashes; no address, sum or description has any business with them. */
function quoted(text: string): string {
  if (/["\\#\n]/.test(text)) throw new Error(`"${text}" cannot stand in a formula`);
  return `"${text}"`;
}

/** The gzipped archives: taking the other ones apart would make xz a dependency. */
function source(
  platform: Platform | undefined,
  releases: string,
  sums: ReadonlyMap<string, string>,
): readonly string[] {
  const name = `coord-${platform?.name}.tar.gz`;
  const sum = sums.get(name);
  if (sum === undefined) throw new Error(`SHA256SUMS has no ${name}. Next: npm run release:pack`);
  return [`url ${quoted(`${releases}/download/v${PACKAGE.version}/${name}`)}`, `sha256 ${quoted(sum)}`];
}

export function formula(releases: string, homepage: string, sums: ReadonlyMap<string, string>): string {
  const blocks = SYSTEMS.flatMap(([onSystem, os]) => [
    "",
    `  ${onSystem} do`,
    ...PROCESSORS.flatMap(([onProcessor, cpu]) => [
      `    ${onProcessor} do`,
      ...source(platformOf(os, cpu), releases, sums).map((line) => `      ${line}`),
      "    end",
    ]),
    "  end",
  ]);
  return `${[
    "class Coord < Formula",
    `  desc ${quoted(PACKAGE.description)}`,
    `  homepage ${quoted(homepage)}`,
    `  version ${quoted(PACKAGE.version)}`,
    `  license ${quoted(PACKAGE.license)}`,
    ...blocks,
    "",
    "  def install",
    '    bin.install "coord"',
    '    generate_completions_from_executable(bin/"coord", "complete")',
    "  end",
    "",
    "  test do",
    '    assert_match version.to_s, shell_output("#{bin}/coord --version")',
    "  end",
    "end",
  ].join("\n")}\n`;
}

function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      releases: { type: "string" },
      homepage: { type: "string" },
      out: { type: "string", default: OUT },
    },
  });
  const { releases, homepage, out } = values;
  if (releases === undefined || homepage === undefined) throw new Error("--releases and --homepage are needed");
  writeFileSync(join(out, "coord.rb"), formula(releases, homepage, sumsIn(out)));
  process.stdout.write("coord.rb\n");
}

if (import.meta.main) asScript("formula", main);
