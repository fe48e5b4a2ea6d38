/** The Homebrew formula, read by Ruby as Homebrew would on each system. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { PLATFORMS } from "../../scripts/platforms.ts";
import { PACKAGE } from "../../scripts/release/this-release.ts";

const SCRIPT = join(import.meta.dir, "../../scripts/release/formula.ts");
const RELEASES = "https://example.org/org/coord/releases";

/** Homebrew's words, as far as the formula has them, for one system; says what it learnt as JSON. */
const HOMEBREW = `
require "json"
SYSTEM, PROCESSOR = ARGV[1], ARGV[2]
SAID = {}
class Formula
  %i[desc homepage version license url sha256].each { |word| define_singleton_method(word) { |text| SAID[word] = text } }
  def self.on_macos = (yield if SYSTEM == "darwin")
  def self.on_linux = (yield if SYSTEM == "linux")
  def self.on_arm = (yield if PROCESSOR == "arm64")
  def self.on_intel = (yield if PROCESSOR == "x64")
  def self.test = SAID["tested"] = true
  def bin = Bin.new
  def generate_completions_from_executable(*words) = SAID["completions"] = words.map(&:to_s)
end
class Bin
  def install(file) = SAID["installed"] = file
  def /(name) = "bin/" + name
end
load ARGV[0]
Coord.new.install
puts JSON.generate(SAID)
`;

const saidSchema = v.strictObject({
  desc: v.literal(PACKAGE.description),
  homepage: v.literal("https://example.org"),
  version: v.literal(PACKAGE.version),
  license: v.literal("MIT"),
  url: v.string(),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  tested: v.literal(true),
  installed: v.literal("coord"),
  completions: v.tuple([v.literal("bin/coord"), v.literal("complete")]),
});

let root: string;
const sums = new Map(PLATFORMS.map(({ name }, i) => [name, String(i).repeat(64)]));

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "coord-formula-"));
  const lines = [...sums].map(([name, sum]) => `${sum}  coord-${name}.tar.gz\n`);
  writeFileSync(join(root, "SHA256SUMS"), lines.join(""));
  writeFileSync(join(root, "homebrew.rb"), HOMEBREW);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function formula(...words: string[]) {
  return Bun.spawnSync([process.execPath, SCRIPT, "--out", root, ...words], { stderr: "pipe" });
}

test("on each system Homebrew gets its own archive and sum", () => {
  expect(formula("--releases", RELEASES, "--homepage", "https://example.org").exitCode).toBe(0);
  for (const { name, os, cpu, libc } of PLATFORMS) {
    if (libc === "musl") continue;
    const read = Bun.spawnSync(["ruby", "-w", join(root, "homebrew.rb"), join(root, "coord.rb"), os, cpu]);
    expect(read.stderr.toString()).toBe("");
    const said = v.parse(saidSchema, JSON.parse(read.stdout.toString()));
    expect(said).toMatchObject({
      url: `${RELEASES}/download/v${PACKAGE.version}/coord-${name}.tar.gz`,
      sha256: sums.get(name),
    });
  }
});

test("what would leave its quotes, or has no sum, is refused", () => {
  const broken = formula("--releases", 'https://x/#{`id`}"', "--homepage", "https://example.org");
  expect([broken.exitCode, broken.stderr.toString()]).toEqual([
    1,
    expect.stringContaining("cannot stand in a formula"),
  ]);
  writeFileSync(join(root, "SHA256SUMS"), "");
  const none = formula("--releases", RELEASES, "--homepage", "https://example.org");
  expect([none.exitCode, none.stderr.toString()]).toEqual([1, expect.stringContaining("release:pack")]);
});
