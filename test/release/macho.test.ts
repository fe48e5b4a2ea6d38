/**
 * scripts/release/macho on the binaries that are cross-built here. What Apple's own tools say of them only a Mac can
 * tell; but darwin-arm64 comes with a signature that Bun made, so the reader and the writer of signatures are measured
 * against one that is not theirs.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { examineMachO } from "../../scripts/release/macho/examine.ts";
import { readMachO } from "../../scripts/release/macho/read.ts";
import { signedAdHoc } from "../../scripts/release/macho/sign-ad-hoc.ts";
import { crossBuild, type CrossBuilt } from "./cross-built.ts";
import { releaseScript } from "./release-script.ts";

const ARM = "darwin-arm64";
const INTEL = "darwin-x64";

let built: CrossBuilt;
beforeAll(() => {
  built = crossBuild([ARM, INTEL]);
}, 120_000);
afterAll(() => built[Symbol.dispose]());

const whole = { toBeSigned: false } as const;
const toBeSigned = { toBeSigned: true } as const;

describe("the binaries as they are built", () => {
  test("darwin-arm64 is all right", () => {
    const { facts, problems, accepted, hint } = examineMachO(built.bytes(ARM), "f", whole);
    expect({ problems, accepted, hint }).toEqual({ problems: [], accepted: [], hint: undefined });
    expect(facts[0]).toBe("arm64 executable");
    expect(facts[1]).toMatch(/^needs macOS 13\.0 /);
    expect(facts.at(-1)).toMatch(/^signed as "a\.out" \(ad hoc, linker-signed\);.* 0 of \d{5} page hashes wrong$/);
  });

  test("darwin-x64 bears the signature of the runtime that it was made from, which must be replaced", () => {
    const { facts, problems, accepted, hint } = examineMachO(built.bytes(INTEL), "a file", whole);
    expect(facts[0]).toBe("x64 executable");
    expect(facts[1]).toMatch(/^needs macOS 13\.0 /);
    expect(problems).toEqual([
      expect.stringMatching(/^\d+ bytes before the signature are not covered by it$/),
      expect.stringMatching(/^\d+ of \d{5} page hashes are wrong: pages 0, /),
    ]);
    expect(accepted).toEqual([]);
    expect(hint).toContain('codesign --force --sign - --entitlements scripts/release/entitlements.plist "a file"');
  });

  test("darwin-x64 is accepted where it will be signed again", () => {
    const { problems, accepted } = examineMachO(built.bytes(INTEL), "f", toBeSigned);
    expect(problems).toEqual([]);
    expect(accepted).toHaveLength(2);
  });

  test("the command tells by its exit code", () => {
    expect(releaseScript("macho/check.ts", built.path(ARM))).toMatchObject({ code: 0, err: "" });
    expect(releaseScript("macho/check.ts", built.path(ARM), built.path(INTEL))).toMatchObject({ code: 1, err: "" });
    expect(releaseScript("macho/check.ts", "--to-be-signed", built.path(ARM), built.path(INTEL))).toMatchObject({
      code: 0,
      err: "",
    });
    expect(releaseScript("macho/check.ts")).toMatchObject({ code: 2, out: "" });
    expect(releaseScript("macho/check.ts", "--unsigned", built.path(ARM))).toMatchObject({ code: 2, out: "" });
  });
});

describe("signing ad hoc without a Mac", () => {
  test("gives darwin-arm64 byte for byte the signature that Bun gave it", () => {
    const bytes = built.bytes(ARM);
    expect(signedAdHoc(bytes, "a.out").equals(bytes)).toBe(true);
  });

  test("makes darwin-x64 all right, and changes nothing of it but what tells of the signature", () => {
    const before = built.bytes(INTEL);
    const after = signedAdHoc(before, "coord");
    expect(examineMachO(after, "f", whole)).toMatchObject({ problems: [], accepted: [] });
    const { signature, segments } = readMachO(before);
    const linkEdit = segments.find(({ name }) => name === "__LINKEDIT")?.commandAt ?? 0;
    const command = signature?.commandAt ?? 0;
    const mayChange = [linkEdit + 32, linkEdit + 48, command + 12].flatMap((at) =>
      Array.from({ length: 8 }, (_, i) => at + i),
    );
    const limit = signature?.offset ?? 0;
    for (const at of mayChange) before[at] = after[at] ?? 0;
    expect(before.subarray(0, limit).equals(after.subarray(0, limit))).toBe(true);
    expect(signedAdHoc(after, "coord").equals(after)).toBe(true);
  });

  test("replaces the file and keeps its permissions", () => {
    const path = join(built.folder, "signed");
    writeFileSync(path, built.bytes(INTEL));
    chmodSync(path, 0o750);
    const { ino } = statSync(path);
    expect(releaseScript("macho/sign-ad-hoc.ts", path)).toMatchObject({ code: 0, err: "" });
    expect(statSync(path).mode & 0o777).toBe(0o750);
    expect(statSync(path).ino).not.toBe(ino);
    expect(releaseScript("macho/check.ts", path)).toMatchObject({ code: 0 });
  });

  test("refuses what it cannot sign and leaves it as it was", () => {
    const path = join(built.folder, "cut");
    writeFileSync(path, built.bytes(INTEL));
    truncateSync(path, 5000);
    expect(releaseScript("macho/sign-ad-hoc.ts", path).code).toBe(1);
    expect(statSync(path).size).toBe(5000);
    expect(releaseScript("macho/sign-ad-hoc.ts").code).toBe(2);
  });
});
