/** scripts/release/sign-macos.sh with a codesign that only notes what it was asked: there is none outside of macOS. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RELEASE = join(import.meta.dir, "../../scripts/release");
const SCRIPT = join(RELEASE, "sign-macos.sh");
const ENTITLEMENTS = join(RELEASE, "entitlements.plist");

let root = "";
let files: readonly string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "coord-sign-"));
  mkdirSync(join(root, "bin"));
  for (const tool of ["bash", "dirname"]) symlinkSync(Bun.which(tool) ?? tool, join(root, "bin", tool));
  files = ["one", "the other"].map((name) => join(root, name));
  for (const file of files) writeFileSync(file, "");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A codesign that fails when an argument is `refuses`. */
function layCodesign(refuses: string): void {
  const note = `printf '%s|' "$@" >>"${root}/calls"; echo >>"${root}/calls"`;
  const script = `#!/bin/bash\n${note}\nfor word in "$@"; do [ "$word" != '${refuses}' ] || exit 1; done\n`;
  writeFileSync(join(root, "bin/codesign"), script, { mode: 0o755 });
}

function sign(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = [join(root, "bin/bash"), SCRIPT, ...args];
  const done = Bun.spawnSync(command, { cwd: root, env: { PATH: join(root, "bin"), ...env } });
  const calls = existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n") : [];
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString(), calls };
}

test("each file is signed ad hoc, verified strictly and shown", () => {
  layCodesign("nothing");
  const { code, err, out, calls } = sign(files);
  expect([code, err]).toEqual([0, ""]);
  expect(calls).toEqual(
    files.flatMap((file) => [
      `--force|--sign|-|--identifier|coord|--entitlements|${ENTITLEMENTS}|${file}|`,
      `--verify|--strict|--verbose=2|${file}|`,
      `--display|--verbose=2|${file}|`,
    ]),
  );
  expect(out).toBe(files.map((file) => `Signed (ad hoc): ${file}\n`).join(""));
});

test("with an identity the hardened runtime is on", () => {
  layCodesign("nothing");
  const { code, calls } = sign(files.slice(0, 1), { COORD_SIGN_IDENTITY: "Developer ID Application: Ann (ABC)" });
  expect(code).toBe(0);
  expect(calls[0]).toBe(
    `--force|--sign|Developer ID Application: Ann (ABC)|--identifier|coord|--entitlements|${ENTITLEMENTS}|` +
      `--options|runtime|--timestamp|${files[0]}|`,
  );
});

test.each([
  ["--sign", "could not be signed"],
  ["--verify", "is not valid"],
  ["--display", "cannot be shown"],
])("a codesign that fails to %s ends it with 1", (refuses, message) => {
  layCodesign(refuses);
  const { code, err, out } = sign(files);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain(message);
});

test("a file that is missing is named before any is signed", () => {
  layCodesign("nothing");
  const { code, err, calls } = sign([...files, join(root, "none")]);
  expect([code, calls]).toEqual([1, []]);
  expect(err).toBe(`sign-macos.sh: there is no "${join(root, "none")}"\nNext: npm run build -- --all\n`);
});

test("without codesign, and with an unknown word, it says what to do", () => {
  expect(sign(files)).toMatchObject({ code: 1, err: expect.stringContaining("run this on a Mac") });
  layCodesign("nothing");
  expect(sign(["--help-me"])).toMatchObject({ code: 2, err: expect.stringContaining('"--help-me" is not known') });
});

test("the entitlements are plain XML without comments, and let nobody put code into coord", () => {
  const text = readFileSync(ENTITLEMENTS, "utf8");
  expect(text).not.toContain("<!--");
  const keys = [...text.matchAll(/<key>com\.apple\.security\.cs\.([^<]*)<\/key>\s*<true\/>/g)].map(([, key]) => key);
  expect(keys).toEqual(["allow-jit", "allow-unsigned-executable-memory", "disable-executable-page-protection"]);
});
