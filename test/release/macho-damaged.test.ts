/** scripts/release/macho on macOS binaries that are damaged in each way that it looks for. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { examineMachO } from "../../scripts/release/macho/examine.ts";
import { readMachO } from "../../scripts/release/macho/read.ts";
import { crossBuild, type CrossBuilt } from "./cross-built.ts";
import { releaseScript } from "./release-script.ts";

const ARM = "darwin-arm64";
const INTEL = "darwin-x64";
const PAGE = 4096;

let built: CrossBuilt;
beforeAll(() => {
  built = crossBuild([ARM, INTEL]);
}, 120_000);
afterAll(() => built[Symbol.dispose]());

const whole = { toBeSigned: false } as const;
const toBeSigned = { toBeSigned: true } as const;

/** Where the load command of a kind stands in the file. */
function commandAt(bytes: Buffer, kind: number): number {
  let at = 32;
  for (let i = 0; i < bytes.readUInt32LE(16); i += 1) {
    if (bytes.readUInt32LE(at) === kind) return at;
    at += bytes.readUInt32LE(at + 4);
  }
  throw new Error("no such command");
}

function signatureOf(bytes: Buffer): { readonly offset: number; readonly directory: number } {
  const offset = readMachO(bytes).signature?.offset ?? 0;
  return { offset, directory: offset + bytes.readUInt32BE(offset + 16) };
}

describe("a damaged binary", () => {
  test.each([0, 1, 7000])("a changed byte is found by the hash of its page %d", (page) => {
    const bytes = built.bytes(ARM);
    // In the padding behind the load commands where it is the first page, which is read too.
    const at = page * PAGE + 4000;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    const { problems } = examineMachO(bytes, "f", whole);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^1 of \\d+ page hashes are wrong: pages ${page}$`))]);
  });

  test("a changed byte of the last page, which is not whole, is found", () => {
    const bytes = built.bytes(ARM);
    const at = signatureOf(bytes).offset - 1;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(examineMachO(bytes, "f", whole).problems).toHaveLength(1);
  });

  test("a changed hash is found, and accepted where it will be signed again", () => {
    const bytes = built.bytes(ARM);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    expect(examineMachO(bytes, "f", whole).problems).toHaveLength(1);
    expect(examineMachO(bytes, "f", toBeSigned)).toMatchObject({ problems: [], accepted: [expect.any(String)] });
  });

  test("changed entitlements are found by their hash", () => {
    const bytes = built.bytes(INTEL);
    const at = bytes.indexOf("com.apple.security.cs.allow-jit", signatureOf(bytes).offset);
    bytes.write("x", at);
    expect(examineMachO(bytes, "f", whole).problems).toContain("The hash of the entitlements is wrong");
  });

  type Damage = (bytes: Buffer) => Buffer;
  const set =
    (at: (bytes: Buffer) => number, value: number): Damage =>
    (bytes) => {
      bytes.writeUInt32LE(value, at(bytes));
      return bytes;
    };
  const setBig =
    (at: (bytes: Buffer) => number, value: number): Damage =>
    (bytes) => {
      bytes.writeUInt32BE(value, at(bytes));
      return bytes;
    };
  const fixed = (at: number) => (): number => at;
  const signatureCommand = (bytes: Buffer): number => commandAt(bytes, 0x1d);
  const named =
    (from: string, to: string): Damage =>
    (bytes) => {
      bytes.write(to, bytes.indexOf(from), "latin1");
      return bytes;
    };

  // What signing it again would not mend, so it is said also for a binary that will be signed.
  const DAMAGES: readonly (readonly [string, Damage, RegExp])[] = [
    ["nothing in it", () => Buffer.alloc(0), /^It is empty$/],
    ["one byte", (bytes) => bytes.subarray(0, 1), /1 bytes: too few/],
    ["the header alone", (bytes) => bytes.subarray(0, 32), /list of load commands does not lie inside the file/],
    ["half of itself", (bytes) => bytes.subarray(0, bytes.length / 2), /code signature does not lie inside the file/],
    ["its last byte missing", (bytes) => bytes.subarray(0, -1), /code signature does not lie inside the file/],
    ["another magic number", set(fixed(0), 0xcafebabe), /no 64-bit Mach-O file: it begins with 0xcafebabe/],
    ["the magic number of a 32-bit file", set(fixed(0), 0xfeedface), /no 64-bit Mach-O file/],
    ["text", () => Buffer.from("#!/bin/sh\necho this is no binary at all\n"), /no 64-bit Mach-O file/],
    ["another processor", set(fixed(4), 7), /^Its architecture is unknown \(0x7\)$/],
    ["the type of a dylib", set(fixed(12), 6), /^Its file type is dylib and not executable$/],
    ["no load commands", set(fixed(16), 0), /0 load commands have 0 bytes and not/],
    ["one load command too many", set(fixed(16), 22), /^Load command 22 of 22 lies behind the end/],
    ["4 billion load commands", set(fixed(16), 0xffffffff), /claims to have 4294967295 load commands/],
    ["4 billion bytes of load commands", set(fixed(20), 0xffffffff), /does not lie inside the file/],
    ["an empty load command", set(fixed(36), 0), /^Load command 1 of 21 claims to have 0 bytes$/],
    ["a load command that goes too far", set(fixed(36), 0x10000000), /^Load command 1 of 21 claims to have/],
    ["a segment outside of the file", set((b) => commandAt(b, 0x19) + 72 + 52, 1), /__TEXT ends at byte \d+, the file/],
    [
      "a signature outside of the file",
      set((b) => signatureCommand(b) + 8, 0xfffffff0),
      /does not lie inside the file/,
    ],
    ["a signature that is too long", set((b) => signatureCommand(b) + 12, 0x7fffffff), /does not lie inside the file/],
    ["a signature that is no SuperBlob", setBig((b) => signatureOf(b).offset, 1), /no SuperBlob: it begins with 0x1$/],
    ["4 billion blobs", setBig((b) => signatureOf(b).offset + 8, 0xffffffff), /claims to have 4294967295 blobs/],
    ["no blobs", setBig((b) => signatureOf(b).offset + 8, 0), /has no CodeDirectory/],
    [
      "a blob outside of the signature",
      setBig((b) => signatureOf(b).offset + 16, 0xfffffff),
      /Blob 0x0 .* not lie inside/,
    ],
    ["a blob without a length", setBig((b) => signatureOf(b).directory + 4, 0), /Blob 0x0 .* claims to have 0 bytes/],
    ["no list of hashes", setBig((b) => signatureOf(b).directory + 16, 0xffffff), /list of hashes does not lie inside/],
    [
      "a page too many",
      (b) => setBig(fixed(signatureOf(b).directory + 28), 99_999)(b),
      /has 99999 pages of 4096 bytes/,
    ],
    [
      "a limit behind the signature",
      setBig((b) => signatureOf(b).directory + 32, 0xfffffff0),
      /covers 4294967280 bytes/,
    ],
    ["an unknown hash", setBig((b) => signatureOf(b).directory + 36, 0x2009000c), /unknown type of hash: 9, 32 bytes/],
    [
      "a foreign dylib",
      named("/usr/lib/libresolv.9", "/opt/lib/libresolv.9"),
      /"\/opt\/lib\/libresolv.9.dylib", which/,
    ],
    [
      "a dylib beside it",
      named("/usr/lib/libresolv.9", "@rpath//libresolv.9x"),
      /"@rpath\/\/libresolv.9x.dylib", which/,
    ],
    ["a dylib behind dots", named("/usr/lib/libresolv.9", "/usr/lib/../resolv.9"), /"\/usr\/lib\/\.\.\/resolv/],
    ["a build for iOS", set((b) => commandAt(b, 0x32) + 8, 2), /^It was built for iOS$/],
    ["no word of its system", set((b) => commandAt(b, 0x32), 0x77), /^It does not say which macOS it needs$/],
    [
      "a folder for dylibs",
      set((b) => commandAt(b, 0xc), 0x8000001c),
      /^It looks for dylibs in "\/usr\/lib\/libicucore/,
    ],
    ["a last segment of another name", named("__LINKEDIT", "__LINKEXIT"), /last segment is __LINKEXIT/],
  ];

  const told = (bytes: Buffer): string => {
    try {
      return examineMachO(bytes, "f", toBeSigned).problems.join("\n");
    } catch (error) {
      // The command shows the message of an error that was meant, and of nothing else.
      if (error instanceof Error && error.name === "Error" && !("code" in error)) return error.message;
      throw error;
    }
  };

  test.each(DAMAGES)("with %s is told", (_, damage, message) => {
    expect(told(damage(built.bytes(ARM)))).toMatch(message);
  });

  test("without a signature, or with something behind it, has to be signed", () => {
    const unsigned = set(signatureCommand, 0x77)(built.bytes(ARM));
    expect(examineMachO(unsigned, "f", whole).problems).toContain("It has no code signature");
    const longer = Buffer.concat([built.bytes(ARM), Buffer.from("more")]);
    expect(examineMachO(longer, "f", whole).problems).toEqual(["4 bytes lie behind the last segment"]);
  });

  test("cut off after any load command ends with a message", () => {
    const bytes = built.bytes(ARM);
    for (let length = 0; length < 3000; length += 7) expect(told(bytes.subarray(0, length))).not.toBe("");
  });

  test("of any kind ends the command with 1 and a message, and a missing or odd file too", () => {
    const path = join(built.folder, "damaged");
    for (const content of [Buffer.alloc(0), Buffer.from("text"), built.bytes(ARM).subarray(0, 2000)]) {
      writeFileSync(path, content);
      expect(releaseScript("macho/check.ts", path)).toMatchObject({ code: 1, err: "" });
    }
    expect(releaseScript("macho/check.ts", join(built.folder, "none")).out).toContain(
      "WRONG     There is no such file",
    );
    expect(releaseScript("macho/check.ts", built.folder).out).toContain("WRONG     It is no regular file");
    Bun.spawnSync(["mkfifo", join(built.folder, "fifo")]);
    expect(releaseScript("macho/check.ts", join(built.folder, "fifo")).code).toBe(1);
  });
});
