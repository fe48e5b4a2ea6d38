import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport, writeReport, type Found } from "../../scripts/bench/report.ts";

const FOUND: Found = {
  at: "2026-01-08T12:45:53.000Z",
  machine: { bun: "1.4.5", system: "Linux 6 x64", cpu: "a cpu", cores: 2, load: 0, disk: "ext4" },
  quick: false,
  figures: [
    { name: "hook", unit: "ms", measured: 6, against: { what: "empty", value: 5 }, bar: { times: 1.3 } },
    { name: "grants", unit: "/s", measured: 900, details: { leastGrants: 3 }, note: "a note" },
    { name: "flock", why: "skipped: not on this machine" },
  ],
  curves: [
    {
      name: "hook",
      axis: "locks",
      expected: "flat",
      points: [100, 1000].map((n) => ({ n, ms: 6, floorMs: 5, runs: 60 })),
      note: "100,000 are left out",
    },
  ],
};

function inFolder(body: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "coord-report-"));
  try {
    body(join(folder, "report.json"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a report is read as it was written, with its commit and version", () => {
  inFolder((file) => {
    writeReport(file, FOUND);
    const { schema_version, commit, coord, ...rest } = readReport(file);
    const read: Found = rest;
    expect(read).toEqual(FOUND);
    expect([schema_version, coord]).toEqual([1, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
    expect(commit ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40}\+?$/);
    const text = readFileSync(file, "utf8");
    for (const said of ['"ratio": 1.2', '"verdict": "ok"', '"exponent": 0', '"holds": true'])
      expect(text).toContain(said);
    expect(text).not.toContain(tmpdir());
  });
});

test("a report of another version, or none at all, is refused by the name of what is wrong", () => {
  inFolder((file) => {
    writeReport(file, FOUND);
    writeFileSync(file, readFileSync(file, "utf8").replace('"schema_version": 1', '"schema_version": 2'));
    expect(() => readReport(file)).toThrow("schema_version");
    writeFileSync(file, "[]");
    expect(() => readReport(file)).toThrow("is no report of a benchmark");
  });
});
