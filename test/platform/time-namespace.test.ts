import { describe, expect, test } from "bun:test";
import { parseOffsets, timeShift } from "../../src/platform/time-namespace.ts";
import { SYSTEMS } from "./systems.ts";

describe("parseOffsets()", () => {
  test.each([
    ["monotonic           0         0\nboottime            0         0\n", 0, ""],
    ["monotonic      100000         0\nboottime            0         0\n", 100_000_000, ""],
    ["monotonic           0         0\nboottime       100000         5\n", 0, "100000.5"],
    ["monotonic          -2 500000000\nboottime           -1         0\n", -1500, "-1.0"],
  ])("reads %j", (text, monotonicMs, starts) => expect(parseOffsets(text)).toEqual({ monotonicMs, starts }));

  test.each(["", "monotonic 0 0\n", "boottime 0 0\nmonotonic x 0\n"])("says that it cannot tell from %j", (text) =>
    expect(parseOffsets(text)).toBeUndefined(),
  );
});

for (const sys of SYSTEMS.filter(() => process.platform === "linux")) {
  const here = (target: string, offsets: boolean) =>
    timeShift({
      ...sys,
      readlink: () => ({ target }),
      open: (path, mode) => (offsets || path !== "/proc/self/timens_offsets" ? sys.open(path, mode) : "ENOENT"),
    });

  test(`timeShift() on ${sys.name} shifts nothing outside of time namespaces`, () => {
    expect(timeShift(sys)).toEqual({ monotonicMs: 0, starts: "" });
    expect(timeShift({ ...sys, readlink: () => "ENOENT" })).toEqual({ monotonicMs: 0, starts: "" });
  });

  test(`timeShift() on ${sys.name} looks into another namespace, and trusts none that it cannot look into`, () => {
    expect(here("time:[4026532177]", true)).toEqual({ monotonicMs: 0, starts: "" });
    expect(here("time:[4026532177]", false)).toEqual({ monotonicMs: undefined, starts: "time:[4026532177]" });
  });
}
