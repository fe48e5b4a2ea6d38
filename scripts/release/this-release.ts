/** Which version is released, and where its files lie. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

export const TOP = join(import.meta.dir, "..", "..");
export const DIST = join(TOP, "dist");
export const OUT = join(DIST, "release");

const PackageSchema = v.object({ version: v.string(), description: v.string(), license: v.string() });

export const PACKAGE = v.parse(PackageSchema, JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")));

/** The sums of what was packed, by file name. */
export function sumsIn(out: string): ReadonlyMap<string, string> {
  const lines = readFileSync(join(out, "SHA256SUMS"), "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [sum = "", name = ""] = line.split("  ");
      return [name, sum];
    }),
  );
}
