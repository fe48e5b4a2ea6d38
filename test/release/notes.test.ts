import { expect, test } from "bun:test";
import { sectionFor } from "../../scripts/release/notes.ts";

const CHANGELOG =
  "# Changelog\n\n## 1.1.0 (unreleased)\n\n- New.\n\n## 1.0.0 (2026-01-02)\n\n- Old.\n\n## 0.9.0\n\n## 0.8.0 (Unreleased)\n\n- x\n\n## 0.7.0\n\n- y\n";

test("a released version has what is said of it", () => {
  expect(sectionFor(CHANGELOG, "1.0.0", "v1.0.0")).toEqual({ version: "1.0.0", note: "2026-01-02", text: "- Old." });
  expect(sectionFor(CHANGELOG, "1.1.0", undefined).text).toBe("- New.");
});

test.each([
  ["1.1.0", "v1.1.0", "unreleased"],
  ["0.8.0", "v0.8.0", "put its date there"],
  ["0.7.0", "v0.7.0", "put its date there"],
  ["1.0.0", "v1.1.0", "must agree"],
  ["1.0.0", "1.0.0", "must agree"],
  ["0.9.0", "v0.9.0", "says nothing of 0.9.0"],
  ["2.0.0", "v2.0.0", "says nothing of 2.0.0"],
])("%s under the tag %s is refused", (version, tag, why) => {
  expect(() => sectionFor(CHANGELOG, version, tag)).toThrow(why);
});
