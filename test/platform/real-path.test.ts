import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realPath } from "../../src/platform/real-path.ts";
import { SYSTEMS } from "./systems.ts";

let top = "";
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "coord-path-")));
  mkdirSync(join(top, "dir", "sub"), { recursive: true });
  writeFileSync(join(top, "dir", "file"), "");
  const links: Readonly<Record<string, string>> = {
    link: "dir",
    "link-to-link": "link",
    "link-to-file": "dir/file",
    "up-and-down": "../" + top.slice(top.lastIndexOf("/") + 1) + "/dir",
    absolute: join(top, "dir"),
    dangling: "dir/not-yet",
    "dangling-far": "not-yet/at-all",
    "dangling-twice": "dangling",
    "dangling-up": "dir/sub/../../not-yet",
    sub: "dir/sub",
    "dangling-behind": "sub/../not-yet",
    loop: "loop",
    "loop-a": "loop-b",
    "loop-b": "loop-a",
    "dir/sub/back": "..",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(top, name));
  let previous = "dir/file";
  for (let i = 0; i < 60; i += 1) {
    symlinkSync(previous, join(top, `chain-${i}`));
    previous = `chain-${i}`;
  }
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Name of the same file, by what it is called here; undefined: it cannot be known. */
const TABLE: readonly (readonly [typed: string, real: string | undefined])[] = [
  ["dir/file", "dir/file"],
  ["link/file", "dir/file"],
  ["link-to-link/file", "dir/file"],
  ["link-to-file", "dir/file"],
  ["up-and-down/file", "dir/file"],
  ["absolute/file", "dir/file"],
  ["dir/sub/back/file", "dir/file"],
  ["dir/sub/back/sub/back/file", "dir/file"],
  ["dir/new", "dir/new"],
  ["link/new", "dir/new"],
  ["link/new/deeper/file", "dir/new/deeper/file"],
  ["dangling", "dir/not-yet"],
  ["dangling-twice", "dir/not-yet"],
  ["dangling-far", "not-yet/at-all"],
  ["dangling-far/below", "not-yet/at-all/below"],
  ["dangling-up", "not-yet"],
  // As the system has it: the parent of where the link leads.
  ["sub/../file", "dir/file"],
  ["sub/../new", "dir/new"],
  ["sub/../new/deeper", "dir/new/deeper"],
  ["dangling-behind", "dir/not-yet"],
  ["not-yet/../dir/file", "dir/file"],
  ["not-yet/../sub/../new", "dir/new"],
  ["dangling-far/../x", "not-yet/x"],
  ["dir/file/below", "dir/file/below"],
  ["link/file/below", "dir/file/below"],
  ["loop", undefined],
  ["loop/below", undefined],
  ["loop-a", undefined],
  ["chain-59", undefined],
  ["chain-20", "dir/file"],
];

for (const sys of SYSTEMS) {
  describe(`realPath() on ${sys.name}`, () => {
    for (const [typed, real] of TABLE) {
      test(`leads from ${typed} to ${real ?? "nothing"}`, () => {
        expect(realPath(sys, `${top}/${typed}`)).toBe(real === undefined ? undefined : join(top, real));
      });
    }

    test("takes .. for the parent of where a link leads, not of the link", () => {
      expect(realPath(sys, `${top}/link/sub/../file`)).toBe(join(top, "dir/file"));
      expect(realPath(sys, `${top}/dir/sub/back/../dir/file`)).toBe(join(top, "dir/file"));
    });

    test("knows the root, and gives up on a NUL", () => {
      expect(realPath(sys, "/")).toBe("/");
      expect(realPath(sys, "/no-such-folder-here/x")).toBe("/no-such-folder-here/x");
      expect(realPath(sys, `${top}/a\0b`)).toBeUndefined();
    });

    test("gives up on a name that no file can have", () => {
      expect(realPath(sys, `${top}/${"x".repeat(300)}`)).toBeUndefined();
    });
  });
}
