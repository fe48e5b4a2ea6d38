/** scripts/release/install.sh under each shell, and from a pipe, against releases on loopback. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { besides, place, says, SCRIPT } from "./install-place.ts";
import { ran, type Ran } from "./ran.ts";
import { startReleases, type Releases } from "./release-server.ts";

const SHELLS = [
  ["dash"],
  ["bash"],
  ["busybox", "sh"],
  // Not everywhere; macOS has it as the usual one.
  ...(Bun.which("zsh") === null ? [] : [["zsh"]]),
];

let releases: Releases;
beforeAll(() => {
  releases = startReleases(["1.0.0", "2.0.0"]);
});
afterAll(() => releases[Symbol.dispose]());

for (const shell of SHELLS) {
  const [program] = shell;
  describe(shell.join(" "), () => {
    test("installs, again, a newer and an older version, and removes it without a trace", async () => {
      using here = place(shell, releases.url);
      const first = await here.run();
      expect(first).toEqual({
        code: 0,
        out: expect.stringContaining(`Installed coord 1.0.0: ${here.target}`),
        err: "",
      });
      expect(first.out).toContain(`export PATH="${dirname(here.target)}:$PATH"`);
      expect(says(here.target, "--version")).toBe("coord 1.0.0");
      expect((await here.run()).out).toContain("Installed coord 1.0.0 again");
      expect((await here.run(["--version", "v2.0.0"])).out).toContain("Installed coord 2.0.0 in place of 1.0.0");
      expect((await here.run()).out).toContain("Installed coord 1.0.0 in place of 2.0.0");
      expect(besides(here.target)).toEqual(["coord"]);
      const removed = await here.run(["--uninstall"]);
      expect([removed.code, removed.err, existsSync(here.target)]).toEqual([0, "", false]);
      expect(await here.run(["--uninstall"])).toMatchObject({ code: 0, err: "" });
    });

    test("installs into a home with blanks in its name, and into a folder that is named relative", async () => {
      using here = place(shell, releases.url, ["wget"], "my home");
      const { code, out, err } = await here.run();
      expect([code, err]).toEqual([0, ""]);
      expect(out).toEndWith(`Next, in your project: '${here.target}' install\n`);
      expect(says(here.target, "--version")).toBe("coord 1.0.0");
      expect(await here.run(["--version", "1.0.0", "--dir", "some where"])).toMatchObject({ code: 0, err: "" });
      expect(says(join(here.root, "some where/coord"), "--version")).toBe("coord 1.0.0");
    });

    test("leaves what was there when the download is altered, cut off or not to be had", async () => {
      for (const how of ["altered", "cut off", "missing"] as const) {
        using spoilt = startReleases(["1.0.0", "2.0.0"]);
        using here = place(shell, spoilt.url);
        expect((await here.run()).code).toBe(0);
        spoilt.spoil("coord-linux-x64.tar.xz", how);
        spoilt.spoil("coord-linux-arm64.tar.xz", how);
        const failed = await here.run(["--version", "2.0.0"]);
        expect([how, failed.code, failed.err.includes("Next: ")]).toEqual([how, 1, true]);
        expect(says(here.target, "--version")).toBe("coord 1.0.0");
        expect(besides(here.target)).toEqual(["coord"]);
      }
    });

    test("says what is wrong with the network, the version, the words and the place", async () => {
      using here = place(shell, releases.url);
      const nowhere = await here.run(undefined, { COORD_RELEASES: "http://127.0.0.1:9" });
      expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining("check the network")]);
      const none = await here.run(["--version", "9.9.9"]);
      expect([none.code, none.err]).toEqual([1, expect.stringContaining("that version 9.9.9 exists")]);
      for (const words of [["--version"], ["--dir", ""], ["--nonsense"], ["--version", "../x"]]) {
        expect([words, (await here.run(words)).code]).toEqual([words, 2]);
      }
      // Where it is not set at all, zsh looks it up.
      const homeless = await here.run(undefined, { HOME: program === "zsh" ? "" : undefined });
      expect([homeless.code, homeless.err]).toEqual([2, expect.stringContaining("--dir")]);
      expect(existsSync(here.target)).toBe(false);
    });

    test("touches nothing that is not coord", async () => {
      using here = place(shell, releases.url);
      mkdirSync(dirname(here.target), { recursive: true });
      writeFileSync(here.target, "#!/bin/sh\necho mine\n", { mode: 0o755 });
      for (const words of [undefined, ["--uninstall"]]) {
        const refused = await here.run(words);
        expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("is not coord")]);
        expect(readFileSync(here.target, "utf8")).toContain("mine");
      }
      rmSync(here.target);
      mkdirSync(here.target);
      expect(await here.run()).toMatchObject({ code: 1, err: expect.stringContaining("is a folder") });
    });

    test("is not removed while Claude Code's settings call it", async () => {
      using here = place(shell, releases.url);
      await here.run();
      mkdirSync(join(here.home, ".claude"));
      writeFileSync(join(here.home, ".claude/settings.json"), JSON.stringify({ command: `${here.target} hook check` }));
      const refused = await here.run(["--uninstall"]);
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(`${here.target} uninstall`)]);
      expect(existsSync(here.target)).toBe(true);
    });

    test("is not removed either by another name of its folder, or while this project's settings call it", async () => {
      using here = place(shell, releases.url);
      await here.run();
      symlinkSync(dirname(here.target), join(here.root, "link"));
      mkdirSync(join(here.root, ".claude"));
      mkdirSync(join(here.root, "elsewhere"));
      const names = [`${dirname(here.target)}/`, `${here.home}//.local/../.local/bin`, "link"];
      for (const settings of [".claude/settings.json", ".claude/settings.local.json", "elsewhere/settings.json"]) {
        const file = join(here.root, settings);
        writeFileSync(file, JSON.stringify({ command: here.target, args: ["hook", "check"] }));
        for (const dir of names) {
          const env = { CLAUDE_CONFIG_DIR: join(here.root, "elsewhere") };
          const refused = await here.run(["--uninstall", "--dir", dir], env);
          expect([settings, dir, refused.code]).toEqual([settings, dir, 1]);
          expect(refused.err).toContain("still calls");
        }
        rmSync(file);
      }
      expect(existsSync(here.target)).toBe(true);
      expect((await here.run(["--uninstall", "--dir", "link"])).code).toBe(0);
    });

    test("what it says to type can be typed, whatever the folder is called", async () => {
      using here = place(shell, releases.url);
      for (const name of [
        "a b",
        "$(touch pwned)",
        'quo"te',
        "apo'strophe",
        "back\\slash",
        "-dash",
        "*",
        "~",
        "`id`;",
      ]) {
        const { code, out, err } = await here.run(["--version", "1.0.0", "--dir", `${name}/`]);
        expect([name, code, err]).toEqual([name, 0, ""]);
        const typed = out.split("\n").filter((line) => line.startsWith("  export"));
        const next = out.slice(out.indexOf("project: ") + 9).trim();
        const script = `${next} || exit 1\n${typed.join("\n")}\ncommand -v coord`;
        const env = { PATH: "/usr/bin:/bin" };
        const done = await ran(["sh", "-c", script], { cwd: here.root, env });
        expect([name, done]).toEqual([name, { code: 0, out: expect.stringContaining(`/${name}/coord\n`), err: "" }]);
      }
      expect(existsSync(join(here.root, "pwned"))).toBe(false);
      const refused = await here.run(["--version", "1.0.0", "--dir", "two\nlines"]);
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("line end")]);
    });

    test("asks nobody but this machine over a plain connection", async () => {
      using here = place(shell, releases.url);
      for (const url of [
        "http://example.org",
        "http://127.0.0.1.example.org",
        "ftp://127.0.0.1",
        "file:///tmp",
        "/tmp",
      ]) {
        const refused = await here.run(undefined, { COORD_RELEASES: url });
        expect([url, refused.code, refused.err]).toEqual([url, 2, expect.stringContaining("no https address")]);
      }
      for (const url of ["http://127.0.0.1:9@example.org", "https://me:secret@example.org"]) {
        const refused = await here.run(undefined, { COORD_RELEASES: url });
        expect([url, refused.code, refused.err.includes("secret")]).toEqual([url, 2, false]);
      }
      expect(readdirSync(here.home)).toEqual([]);
      expect(await here.run(undefined, { COORD_RELEASES: `${releases.url}/` })).toMatchObject({ code: 0, err: "" });
    });

    test("finds out by itself where there is no ldd", async () => {
      using here = place(shell, releases.url, ["wget", "ldd"]);
      expect(await here.run()).toMatchObject({ code: 0, err: "" });
    });
  });
}

describe("from a pipe", () => {
  const piped = async (text: string, words: string, env: Record<string, string>): Promise<Ran> =>
    ran(["sh", "-c", `printf %s "$TEXT" | timeout 20 sh -s -- ${words}`], { cwd: "/", env: { ...env, TEXT: text } });
  const text = readFileSync(SCRIPT, "utf8");

  test("it installs, and shows its help", async () => {
    using here = place(["dash"], releases.url);
    const env = { PATH: `${here.root}/bin:/usr/bin:/bin`, HOME: here.home, COORD_RELEASES: releases.url };
    expect(await piped(text, "--help", env)).toMatchObject({
      code: 0,
      out: expect.stringContaining("--dir DIR"),
      err: "",
    });
    expect(await piped(text, "--version 1.0.0", env)).toMatchObject({ code: 0, err: "" });
    expect(says(here.target, "--version")).toBe("coord 1.0.0");
  });

  test("that breaks off it does nothing", async () => {
    using here = place(["dash"], releases.url);
    const env = { PATH: `${here.root}/bin:/usr/bin:/bin`, HOME: here.home, COORD_RELEASES: releases.url };
    for (let end = 200; end < text.lastIndexOf("main"); end += 400) {
      await piped(text.slice(0, end), "--version 1.0.0", env);
      expect(readdirSync(here.home)).toEqual([]);
    }
  });
});
