/** What the workflow calls with rights: scripts/release/publish.sh and pack-all.sh, with gh and npm that only write down. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
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

/** What `gh` and `npm` say, by what a test puts into the environment. */
const ANSWERS = `
  'gh release view'*) if [ -n "$DRAFT" ]; then echo "$DRAFT"; else echo "\${VIEW:-release not found}" >&2; exit 1; fi ;;
  'gh release download'*) cat "$SUMS" ;;
  'npm publish'*) case " $PUBLISHED " in *" $2 "*) exit 1 ;; esac ;;
  'npm view'*) echo "$INTEGRITY" ;;
`;

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
    const script = `#!/bin/sh\nprintf '%s' "${name}" >>"$LOG"\nfor word; do printf ' %s' "$word" >>"$LOG"; done\necho >>"$LOG"\ncase "${name} $*" in ${ANSWERS} esac\n[ "$FAIL" != "${name} $1 $2" ]\n`;
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
    layPackage(`@org/coord${name}`, `npm/org-coord${name}-1.0.0.tgz`);
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function layPackage(name: string, archive: string): void {
  mkdirSync(join(root, "package"), { recursive: true });
  writeFileSync(
    join(root, "package/package.json"),
    `${JSON.stringify({ name, version: "1.0.0", bin: {} }, null, 2)}\n`,
  );
  Bun.spawnSync(["tar", "-czf", join(out, archive), "package"], { cwd: root });
}

async function script(
  name: string,
  env: Record<string, string> = {},
): Promise<Ran & { readonly called: readonly string[] }> {
  const log = join(root, "log");
  const set = {
    PATH: `${join(root, "bin")}:/usr/bin:/bin`,
    LOG: log,
    FAIL: "",
    DRAFT: "",
    VIEW: "",
    PUBLISHED: "",
    INTEGRITY: "",
    GITHUB_REF_NAME: "v1.0.0",
    ...env,
  };
  const done = await ran(["bash", join(root, "scripts/release", name)], { cwd: root, env: set });
  return { ...done, called: existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [] };
}

test("all files are there before anybody sees the release, and the binaries before the package that needs them", async () => {
  const { code, err, called } = await script("publish.sh");
  expect([code, err]).toEqual([0, ""]);
  const [viewed, created = "", shown, ...published] = called;
  expect(viewed).toStartWith("gh release view v1.0.0");
  expect(created).toStartWith(
    "gh release create v1.0.0 --draft --verify-tag --title v1.0.0 --notes-file NOTES.md coord-",
  );
  for (const name of ["install.sh", "VERSION", "SHA256SUMS", "coord.rb"]) expect(created.split(" ")).toContain(name);
  expect(created.split(" ").filter((word) => word.startsWith("coord-")).length).toBe(PLATFORMS.length * 2);
  expect(shown).toBe("gh release edit v1.0.0 --draft=false --notes-file NOTES.md");
  expect(published.length).toBe(PLATFORMS.length + 1);
  expect(published.at(-1)).toBe("npm publish ./npm/org-coord-1.0.0.tgz --provenance --access public --tag latest");
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
  expect([code, called.length]).toEqual([1, 2]);
});

test("without npm packages only the release is made", async () => {
  rmSync(join(out, "npm"), { recursive: true });
  const { code, called } = await script("publish.sh");
  expect([code, called.length]).toEqual([0, 3]);
});

test("a version that is not final becomes the latest nowhere", async () => {
  const { code, called } = await script("publish.sh", { GITHUB_REF_NAME: "v1.0.0-rc.1" });
  expect(code).toBe(0);
  expect(called[1]).toContain(" --prerelease coord-");
  for (const line of called.filter((each) => each.startsWith("npm"))) expect(line).toEndWith(" --tag next");
});

describe("run again after a failure", () => {
  const actions = (called: readonly string[]): readonly string[] =>
    called.map((line) => line.split(" ").slice(0, 3).join(" ")).filter((line) => line.startsWith("gh"));

  test("it completes the draft that is there", async () => {
    const { code, called } = await script("publish.sh", { DRAFT: "true" });
    expect([code, actions(called)]).toEqual([0, ["gh release view", "gh release upload", "gh release edit"]]);
    expect(called[1]).toStartWith("gh release upload v1.0.0 --clobber coord-");
  });

  test("it leaves the release that is published, and goes on with npm where that broke off", async () => {
    const archive = "npm/org-coord-linux-x64-1.0.0.tgz";
    const integrity = `sha512-${new Bun.CryptoHasher("sha512").update(readFileSync(join(out, archive))).digest("base64")}`;
    const env = { DRAFT: "false", SUMS: join(out, "SHA256SUMS"), PUBLISHED: `./${archive}` };
    const { code, called } = await script("publish.sh", { ...env, INTEGRITY: integrity });
    expect([code, actions(called)]).toEqual([0, ["gh release view", "gh release download"]]);
    expect(called.filter((line) => line.startsWith("npm publish")).length).toBe(PLATFORMS.length + 1);
    expect(called).toContain("npm view @org/coord-linux-x64@1.0.0 dist.integrity");
    const other = await script("publish.sh", { ...env, INTEGRITY: "sha512-other" });
    expect([other.code, other.err]).toEqual([1, expect.stringContaining(`npm does not take ${archive}`)]);
  });

  test("it refuses files that are not those of the published release, and a release of which it hears nothing", async () => {
    const other = await script("publish.sh", { DRAFT: "false", SUMS: join(out, "VERSION") });
    expect([other.code, other.err]).toEqual([1, expect.stringContaining("with other files")]);
    rmSync(join(root, "log"));
    const unheard = await script("publish.sh", { VIEW: "HTTP 502" });
    expect([unheard.code, unheard.err, unheard.called.length]).toEqual([1, "publish: HTTP 502\n", 1]);
  });
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
