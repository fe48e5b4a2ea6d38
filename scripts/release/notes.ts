/**
 * The notes of a release: what CHANGELOG says of its version, how large each download is, and how to check it.
 *
 *   npm run release:notes                    dist/release/NOTES.md
 *   npm run release:notes -- --tag v0.1.0    and refuses when that is not the version, or it is marked as unreleased
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asScript } from "./script.ts";
import { OUT, PACKAGE, TOP } from "./this-release.ts";

/** `## 1.2.3` or `## 1.2.3 (2026-11-30)`. */
const HEADING = /^## (\S+)(?: \((.*)\))?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

interface Section {
  readonly version: string;
  readonly note: string | undefined;
  readonly text: string;
}

export function sectionsOf(changelog: string): readonly Section[] {
  return changelog
    .split(/^(?=## )/m)
    .slice(1)
    .map((block) => {
      const [first = "", ...rest] = block.split("\n");
      const [, version, note] = HEADING.exec(first) ?? [];
      if (version === undefined) throw new Error(`CHANGELOG.md has a heading without a version: "${first}"`);
      return { version, note, text: rest.join("\n").trim() };
    });
}

/** What is to be released, or why it must not be. */
export function sectionFor(changelog: string, version: string, tag: string | undefined): Section {
  const section = sectionsOf(changelog).find((known) => known.version === version);
  if (section === undefined || section.text === "") throw new Error(`CHANGELOG.md says nothing of ${version}`);
  if (tag === undefined) return section;
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json says ${version}: they must agree`);
  if (!DATE.test(section.note ?? "")) {
    throw new Error(`CHANGELOG.md calls ${version} "${section.note ?? ""}": put its date there`);
  }
  return section;
}

function downloads(out: string): readonly string[] {
  const archives = readdirSync(out).filter((name) => /\.tar\.(xz|gz)$/.test(name));
  const rows = archives
    .toSorted()
    .map((name) => `| ${name} | ${(statSync(join(out, name)).size / 1e6).toFixed(1)} MB |`);
  return ["| download | size |", "| --- | --- |", ...rows];
}

function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: { tag: { type: "string" }, out: { type: "string", default: OUT } },
  });
  const { tag, out } = values;
  const { text } = sectionFor(readFileSync(join(TOP, "CHANGELOG.md"), "utf8"), PACKAGE.version, tag);
  if (!existsSync(join(out, "SHA256SUMS"))) throw new Error("There is no SHA256SUMS. Next: npm run release:pack");
  const check = "Check a download: `sha256sum --check --ignore-missing SHA256SUMS`. `install.sh` does it by itself.";
  const lines = [text, "", ...downloads(out), "", check, ""];
  writeFileSync(join(out, "NOTES.md"), lines.join("\n"));
  process.stdout.write("NOTES.md\n");
}

if (import.meta.main) asScript("notes", main);
