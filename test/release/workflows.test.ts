/** The workflows are sound, and what is not would be seen. */
import { expect, test } from "bun:test";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faultsOf } from "../../scripts/lint-workflows.ts";

const TOP = join(import.meta.dir, "../..");
const RELEASE = readFileSync(join(TOP, ".github/workflows/release.yml"), "utf8");

test.each(globSync(".github/workflows/*.yml", { cwd: TOP }))("%s has no fault", async (file) => {
  expect(await faultsOf(file, readFileSync(join(TOP, file), "utf8"))).toEqual([]);
});

test.each([
  ["a tag in place of a commit", /@[0-9a-f]{40} # v5.0.0/, "@v5", "is to be pinned"],
  ["a commit without its version", / # v5\.0\.0/, "", "is to be pinned"],
  ["rights for all jobs", "permissions: {}", "permissions: write-all", "the workflow itself has rights"],
  ["a job without a bound", /    timeout-minutes: 20\n/, "", "no timeout-minutes"],
  [
    "a job that inherits rights",
    /    permissions:\n      contents: read\n    steps/,
    "    steps",
    "which rights it has",
  ],
  ["an expression in a shell", 'dist/coord-$PLATFORM"', 'dist/coord-${{ matrix.platform }}"', "hand it over by env"],
  ["commands of its own", "bash scripts/release/publish.sh", "gh release create x; npm publish", "no script"],
  ["a script that is not there", "scripts/release/publish.sh", "scripts/release/publsh.sh", "no script"],
  ["a command inside another's words", '-- --releases "$RELEASES"', '-- --releases "$(curl x)"', "no script"],
  ["a command in backquotes", "bash scripts/release/pack-all.sh", "bash scripts/release/pack-all.sh `id`", "no script"],
  ["rights to everything", /permissions:\n      contents: read\n/, "permissions: write-all\n", "rights to everything"],
  [
    "a tag in another way of writing",
    "      - run: bash scripts/release/publish.sh",
    "      - {uses: a/b@v1}",
    "pinned",
  ],
  ["an event of strangers", "workflow_dispatch:", "issue_comment:", "strangers"],
  ["an unknown key", "    needs: pack", "    neds: pack", 'unexpected key "neds"'],
  ["a job that is not there", "    needs: pack", "    needs: packed", 'job "packed" which does not exist'],
  ["an unknown runner", "runs-on: macos-15\n", "runs-on: macos-99\n", '"macos-99" is unknown'],
])("%s is found", async (_, from, to, told) => {
  const text = RELEASE.replace(from, to);
  expect(text).not.toBe(RELEASE);
  expect((await faultsOf("release.yml", text)).join("\n")).toContain(told);
});
