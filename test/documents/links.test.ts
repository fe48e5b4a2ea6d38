/** Every link from one document of the repository to another leads somewhere. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchorsIn, linksIn } from "./links.ts";

const TOP = dirname(dirname(import.meta.dir));
const DOCUMENTS = ["*.md", "docs/**/*.md"].flatMap((glob) => [...new Bun.Glob(glob).scanSync(TOP)]).toSorted();

/** What is wrong with the links of a document, a line each. */
function broken(file: string, markdown: string): readonly string[] {
  return linksIn(markdown).flatMap(({ path, anchor }) => {
    const target = path === "" ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(TOP, target))) return [`${file}: there is no ${target}`];
    if (anchor === undefined) return [];
    const text = target === file ? markdown : readFileSync(join(TOP, target), "utf8");
    return anchorsIn(text).has(anchor) ? [] : [`${file}: ${target} has no heading #${anchor}`];
  });
}

describe("the links of", () => {
  for (const file of DOCUMENTS) {
    test(`${file} lead to what is there`, () => {
      expect(broken(file, readFileSync(join(TOP, file), "utf8"))).toEqual([]);
    });
  }

  test("README.md reach every guide and the troubleshooting list", () => {
    const reached = linksIn(readFileSync(join(TOP, "README.md"), "utf8")).map(({ path }) => normalize(path));
    const wanted = DOCUMENTS.filter((file) => file.startsWith("docs/") || /^[A-Z]+\.md$/.test(file));
    expect(wanted.filter((file) => file !== "README.md" && !reached.includes(file))).toEqual([]);
  });

  test("a document that leads nowhere would be noticed", () => {
    const text = "# A `b` (c)\n\n[x](no.md) [y](#nothing) [z](#a-b-c) [w](https://example.org/no) `[v](no)`\n";
    expect(broken("README.md", text)).toEqual([
      "README.md: there is no no.md",
      "README.md: README.md has no heading #nothing",
    ]);
  });
});
