/** scripts/release/elf/check.ts on the Linux binaries as they are cross-built here, whole and damaged. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareVersions, examineElf } from "../../scripts/release/elf/examine.ts";
import { crossBuild, type CrossBuilt } from "./cross-built.ts";
import { releaseScript } from "./release-script.ts";

const GLIBC = "linux-x64";
const MUSL = "linux-x64-musl";

let built: CrossBuilt;
beforeAll(() => {
  built = crossBuild([GLIBC, "linux-arm64", MUSL, "linux-arm64-musl"]);
}, 120_000);
afterAll(() => built[Symbol.dispose]());

// README's table of platforms says the same.
test.each([
  ["linux-x64", "x64, /lib64/ld-linux-x86-64.so.2", "needs glibc 2.17"],
  ["linux-arm64", "arm64, /lib/ld-linux-aarch64.so.1", "needs glibc 2.17"],
  ["linux-x64-musl", "x64, /lib/ld-musl-x86_64.so.1", "needs libstdc++, musl"],
  ["linux-arm64-musl", "arm64, /lib/ld-musl-aarch64.so.1", "needs libstdc++, musl"],
])("%s is started by its libc's loader and needs nothing else", (target, loader, needs) => {
  const { facts, problems } = examineElf(built.bytes(target));
  expect(problems).toEqual([]);
  expect([facts[0], facts.at(-1)]).toEqual([loader, needs]);
});

describe("a damaged binary", () => {
  const renamed =
    (from: string, to: string) =>
    (bytes: Buffer): Buffer => {
      bytes.write(to, bytes.indexOf(`\0${from}\0`) + 1, "latin1");
      return bytes;
    };
  const set =
    (at: number, value: number) =>
    (bytes: Buffer): Buffer => {
      bytes.writeUInt16LE(value, at);
      return bytes;
    };

  const DAMAGES: readonly (readonly [string, string, (bytes: Buffer) => Buffer, RegExp])[] = [
    ["nothing in it", GLIBC, () => Buffer.alloc(0), /^It is empty$/],
    ["half a header", GLIBC, (bytes) => bytes.subarray(0, 40), /too few for an ELF header/],
    ["its header alone", GLIBC, (bytes) => bytes.subarray(0, 64), /list of program headers does not lie inside/],
    ["its first kilobyte", GLIBC, (bytes) => bytes.subarray(0, 1024), /does not lie inside the file/],
    ["another magic number", GLIBC, set(0, 0), /no 64-bit ELF file/],
    ["32 bits", GLIBC, set(4, 0x101), /no 64-bit ELF file/],
    ["another machine", GLIBC, set(18, 8), /^Its machine is unknown \(8\)$/m],
    ["65,535 program headers", MUSL, set(56, 0xffff), /^It claims to have 65535 program headers$/],
    ["program headers of another size", GLIBC, set(54, 1), /^Its program headers have 1 bytes$/],
    ["no program headers", GLIBC, set(56, 0), /^Its loader is none, which systems do not have$/],
    ["a foreign library", GLIBC, renamed("libdl.so.2", "libxy.so.2"), /^It links "libxy.so.2", which is no part of/],
    ["glibc's library beside musl", MUSL, renamed("libstdc++.so.6", "libc.so.6\0"), /^It links "libc.so.6", which is/],
    ["a newer glibc", GLIBC, renamed("GLIBC_2.17", "GLIBC_2.39"), /^It needs glibc 2.39, and no newer one than 2.28/],
  ];

  test.each(DAMAGES)("with %s is told", (_, target, damage, message) => {
    const told = (): string => {
      try {
        return examineElf(damage(built.bytes(target))).problems.join("\n");
      } catch (error) {
        if (error instanceof Error && error.name === "Error" && !("code" in error)) return error.message;
        throw error;
      }
    };
    expect(told()).toMatch(message);
  });

  test("with another system's loader is told", () => {
    const bytes = built.bytes(GLIBC);
    bytes.write("/nix/store/ld-linux.so.2", bytes.indexOf("/lib64/ld-linux-x86-64.so.2"));
    expect(examineElf(bytes).problems[0]).toMatch(/^Its loader is "\/nix\/store\/ld-linux.so.2/);
  });
});

test("versions are compared by their numbers", () => {
  expect(["2.4", "2.17", "2.2.5", "2.39"].toSorted(compareVersions)).toEqual(["2.2.5", "2.4", "2.17", "2.39"]);
});

test("the command tells by its exit code", () => {
  expect(releaseScript("elf/check.ts", built.path(GLIBC), built.path(MUSL))).toMatchObject({ code: 0, err: "" });
  const text = join(built.folder, "text");
  writeFileSync(text, "#!/bin/sh\n");
  expect(releaseScript("elf/check.ts", built.path(GLIBC), text)).toMatchObject({ code: 1, err: "" });
  expect(releaseScript("elf/check.ts")).toMatchObject({ code: 2, out: "" });
  expect(releaseScript("elf/check.ts", "--all")).toMatchObject({ code: 2, out: "" });
});
