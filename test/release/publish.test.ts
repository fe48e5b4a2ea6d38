/** What the workflow calls with rights: scripts/release/publish.sh and pack-all.sh, with gh and npm that only write down. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLATFORMS } from "../../scripts/platforms.ts";
import { ran, type Ran } from "./ran.ts";

const SCRIPTS = join(import.meta.dir, "../../scripts/release");

let root: string;
let out: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "coord-publish-")));
  out = join(root, "dist/release");
  for (const folder of ["bin", "scripts/release", "dist/release/npm"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const name of ["publish.sh", "pack-all.sh"])
    copyFileSync(join(SCRIPTS, name), join(root, "scripts/release", name));
  for (const name of ["gh", "npm", "node"]) {
    const script = `#!/bin/sh\nprintf '%s' "${name}" >>"$LOG"\nfor word; do printf ' %s' "$word" >>"$LOG"; done\necho >>"$LOG"\n[ "$FAIL" != "${name} $1 $2" ]\n`;
    writeFileSync(join(root, "bin", name), script, { mode: 0o755 });
  }
  const archives = PLATFORMS.map(({ name }) => `coord-${name}`);
  for (const name of [...archives.flatMap((one) => [`${one}.tar.xz`, `${one}.tar.gz`]), "install.sh", "VERSION"]) {
    writeFileSync(join(out, name), name);
  }
  const sums = Bun.spawnSync(["sh", "-c", "sha256sum *.tar.* install.sh VERSION"], { cwd: out });
  writeFileSync(join(out, "SHA256SUMS"), sums.stdout);
  for (const name of ["coord.rb", "NOTES.md"]) writeFileSync(join(out, name), name);
  for (const name of ["", ...PLATFORMS.map((one) => `-${one.name}`)]) {
    writeFileSync(join(out, "npm", `org-coord${name}-1.0.0.tgz`), "");
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function script(
  name: string,
  env: Record<string, string> = {},
): Promise<Ran & { readonly called: readonly string[] }> {
  const log = join(root, "log");
  const set = { PATH: `${join(root, "bin")}:/usr/bin:/bin`, LOG: log, FAIL: "", GITHUB_REF_NAME: "v1.0.0", ...env };
  const done = await ran(["bash", join(root, "scripts/release", name)], { cwd: root, env: set });
  return { ...done, called: existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [] };
}

test("all files are there before anybody sees the release, and the binaries before the package that needs them", async () => {
  const { code, err, called } = await script("publish.sh");
  expect([code, err]).toEqual([0, ""]);
  const [created = "", shown, ...published] = called;
  expect(created).toStartWith(
    "gh release create v1.0.0 --draft --verify-tag --title v1.0.0 --notes-file NOTES.md coord-",
  );
  for (const name of ["install.sh", "VERSION", "SHA256SUMS", "coord.rb"]) expect(created.split(" ")).toContain(name);
  expect(created.split(" ").filter((word) => word.startsWith("coord-")).length).toBe(PLATFORMS.length * 2);
  expect(shown).toBe("gh release edit v1.0.0 --draft=false");
  expect(published.length).toBe(PLATFORMS.length + 1);
  expect(published.at(-1)).toBe("npm publish ./npm/org-coord-1.0.0.tgz --provenance --access public");
});

test("npm itself takes what it is told to publish for a file", async () => {
  const { called } = await script("publish.sh");
  const archive = called.at(-1)?.split(" ")[2] ?? "";
  writeFileSync(join(root, "package.json"), '{"name":"@org/coord","version":"1.0.0"}');
  const env = { PATH: process.env["PATH"] ?? "", HOME: root };
  const into = join(out, "npm");
  expect(await ran(["npm", "pack", "--pack-destination", into], { cwd: root, env })).toMatchObject({ code: 0 });
  const offline = ["--dry-run", "--offline", "--registry", "http://127.0.0.1:9"];
  expect(await ran(["npm", "publish", archive, ...offline], { cwd: out, env })).toMatchObject({
    code: 0,
    out: "+ @org/coord@1.0.0\n",
  });
}, 60_000);

test("a file that is missing, or is not what was packed, is published by nobody", async () => {
  rmSync(join(out, "VERSION"));
  const missing = await script("publish.sh");
  expect([missing.code, missing.called]).toEqual([1, []]);
  expect(missing.err).toContain("there is no VERSION");
  writeFileSync(join(out, "VERSION"), "altered");
  const altered = await script("publish.sh");
  expect([altered.code === 0, altered.called]).toEqual([false, []]);
});

test("what fails stops what comes after it", async () => {
  const { code, called } = await script("publish.sh", { FAIL: "gh release create" });
  expect([code, called.length]).toEqual([1, 1]);
});

test("without npm packages only the release is made", async () => {
  rmSync(join(out, "npm"), { recursive: true });
  const { code, called } = await script("publish.sh");
  expect([code, called.length]).toEqual([0, 2]);
});

test("a tag is compared with the version; without a name there are no npm packages", async () => {
  const env = { RELEASES: "https://example.org/releases", HOMEPAGE: "https://example.org" };
  const tagged = await script("pack-all.sh", { ...env, GITHUB_REF_TYPE: "tag", NPM_NAME: "@org/coord" });
  expect([tagged.code, tagged.err]).toEqual([0, ""]);
  expect(tagged.called).toEqual([
    "node scripts/setup.mjs",
    "npm run release:pack -- --releases https://example.org/releases",
    "npm run release:notes -- --tag v1.0.0",
    "npm run release:formula -- --releases https://example.org/releases --homepage https://example.org",
    "npm run release:npm -- --name @org/coord --repository https://example.org",
  ]);
  rmSync(join(root, "log"));
  const untagged = await script("pack-all.sh", { ...env, GITHUB_REF_TYPE: "branch" });
  expect(untagged.called.slice(2)).toEqual(["npm run release:notes --", tagged.called[3] ?? ""]);
});
