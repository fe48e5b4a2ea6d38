/** publish(): a file whole or not at all, whatever the system makes of the writes. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Errno, Sys } from "../../src/platform/sys/types.ts";
import { publish } from "../../src/store/file/atomic-file.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { failingAt } from "./faults.ts";

const OLD = "the old content\n";
/** Longer than one write takes in these tests, with letters of several bytes. */
const NEW = `${"new content, é 日本語 ".repeat(500)}\n`;

for (const sys of SYSTEMS) {
  describe(`publish() on ${sys.name}`, () => {
    let dir = "";
    let target = "";
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), "coord-atomic-"));
      mkdirSync(join(dir, "tmp"));
      target = join(dir, "target.json");
      writeFileSync(target, OLD);
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    const scratch = (): readonly string[] => readdirSync(join(dir, "tmp"));
    const put = (with_: Sys): Errno | "" => {
      try {
        publish({ sys: with_, tmp: join(dir, "tmp") }, target, NEW);
        return "";
      } catch (error) {
        if (!isCoordError(error)) throw error;
        expect(error.code).toBe("IO");
        expect(error.message).toContain(target);
        expect(error.hint).toBeDefined();
        return "EIO";
      }
    };

    test("puts all of it in place, for the owner alone, and leaves no scratch", () => {
      expect(put(sys)).toBe("");
      expect(readFileSync(target, "utf8")).toBe(NEW);
      expect(statSync(target).mode & 0o777).toBe(0o600);
      expect(scratch()).toEqual([]);
    });

    test("goes on writing when the system takes only a part at a time", () => {
      const short: Sys = { ...sys, write: (fd, bytes) => sys.write(fd, bytes.subarray(0, 7)) };
      expect(put(short)).toBe("");
      expect(readFileSync(target, "utf8")).toBe(NEW);
    });

    test("goes on writing when a signal comes in between", () => {
      let signals = 0;
      const signalled: Sys = {
        ...sys,
        write: (fd, bytes) => ((signals += 1) % 2 === 1 ? "EINTR" : sys.write(fd, bytes.subarray(0, 999))),
      };
      expect(put(signalled)).toBe("");
      expect(readFileSync(target, "utf8")).toBe(NEW);
    });

    test.each([
      [
        "says that it wrote what it did not write",
        (fd: number, bytes: Uint8Array<ArrayBuffer>) => (sys.write(fd, bytes.subarray(1)), bytes.length),
      ],
      ["takes nothing and reports no error", () => 0],
      [
        "is full after a part",
        (fd: number, bytes: Uint8Array<ArrayBuffer>) =>
          bytes.length < 9000 ? ("ENOSPC" as const) : sys.write(fd, bytes.subarray(0, 4096)),
      ],
    ])("keeps the old content when the disk %s", (_, write) => {
      expect(put({ ...sys, write })).toBe("EIO");
      expect(readFileSync(target, "utf8")).toBe(OLD);
      expect(scratch()).toEqual([]);
    });

    test("keeps the old content whichever of its calls fails, and clears up", () => {
      for (const errno of ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "EMFILE", "EXDEV"] as const) {
        for (let n = 1; ; n += 1) {
          const failing = failingAt(sys, n, errno);
          const result = put(failing.sys);
          if (!failing.refused()) break;
          expect(result).toBe("EIO");
          expect(readFileSync(target, "utf8")).toBe(OLD);
          expect(scratch()).toEqual([]);
        }
        writeFileSync(target, OLD);
      }
    });

    test("replaces a link, not what it leads to", () => {
      const outside = join(dir, "outside");
      writeFileSync(outside, OLD);
      rmSync(target);
      Bun.spawnSync(["ln", "-s", "outside", target]);
      expect(put(sys)).toBe("");
      expect(readFileSync(outside, "utf8")).toBe(OLD);
      expect(readFileSync(target, "utf8")).toBe(NEW);
    });
  });
}
