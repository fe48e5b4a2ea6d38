import { expect, test } from "bun:test";
import type { Curve } from "../../scripts/bench/growth/curve.ts";
import { picture } from "../../scripts/bench/picture.ts";

const HEAD = {
  schema_version: 1,
  at: "2026-01-08T12:45:53.000Z",
  commit: "0123456789abcdef0123456789abcdef01234567",
  coord: "0.1.0",
  machine: { bun: "1.4.5", system: "Linux 6 x64", cpu: "a cpu", cores: 2, load: 0, disk: "ext4" },
  quick: false,
  figures: [],
} as const;

function curve(name: string, axis: Curve["axis"]) {
  const points = [100, 1000, 10_000].map((n) => ({ n, ms: n / 10, floorMs: 5, runs: 60 }));
  return { name, axis, expected: "linear" as const, points };
}

test("picture() draws a panel for each thing timed, a line for each part of the state, and says which is which", () => {
  const svg = picture({
    ...HEAD,
    figures: [],
    curves: [curve("lock list", "locks"), curve("lock list", "instances"), curve("status", "locks")],
  });
  expect(svg.startsWith("<svg ")).toBe(true);
  for (const said of ["lock list", "status", "locks", "instances", "10,000", "1,000 ms", "(0123456789)"]) {
    expect(svg).toContain(said);
  }
  // A line of three points each.
  expect(svg.match(/<path d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+" fill="none"/g)?.length).toBe(3);
});

test("picture() refuses a report without curves, and says how to get some", () => {
  expect(() => picture({ ...HEAD, figures: [], curves: [] })).toThrow("--scale");
});
