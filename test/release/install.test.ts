/** scripts/release/install.sh under each shell, against releases on loopback. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ran, type Ran } from "./ran.ts";
import { startReleases, type Releases } from "./release-server.ts";

const SCRIPT = join(import.meta.dir, "../../scripts/release/install.sh");
/** All that the installer may use of a system; what a test leaves out is not there. */
const TOOLS = ["sh", "cat", "chmod", "cut", "grep", "gzip", "ldd", "mkdir", "mktemp", "mv", "pwd", "rm", "sed"];
const ALSO = ["sha256sum", "tar", "uname", "xz", "curl", "wget"] as const;
const SHELLS = [
  ["dash"],
  ["bash"],
  ["busybox", "sh"],
  // Not everywhere; macOS has it as the usual one.
  ...(Bun.which("zsh") === null ? [] : [["zsh"]]),
];

interface Place extends Disposable {
  readonly root: string;
  readonly home: string;
  readonly target: string;
  /** What `uname` and other programs say here. */
  readonly fake: (name: string, script: string) => void;
  readonly run: (words?: readonly string[], env?: Readonly<Record<string, string | undefined>>) => Promise<Ran>;
}

function place(shell: readonly string[], url: string, without: readonly string[] = ["wget"], home = "home"): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "coord-install-")));
  const bin = join(root, "bin");
  mkdirSync(bin);
  const folder = join(root, home);
  mkdirSync(folder);
  for (const tool of [...TOOLS, ...ALSO]) {
    const path = without.includes(tool) ? null : Bun.which(tool);
    if (path !== null) symlinkSync(path, join(bin, tool));
  }
  const [program = "", ...args] = shell;
  return {
    root,
    home: folder,
    target: join(folder, ".local/bin/coord"),
    fake: (name, script) => {
      rmSync(join(bin, name), { force: true });
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    run: async (words = ["--version", "1.0.0"], env = {}) => {
      const set = { PATH: bin, HOME: folder, COORD_RELEASES: url, TMPDIR: root, ...env };
      const vars = Object.fromEntries(Object.entries(set).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
      return ran([Bun.which(program) ?? program, ...args, SCRIPT, ...words], { cwd: root, env: vars });
    },
    [Symbol.dispose]: () => {
      Bun.spawnSync(["chmod", "-R", "u+w", root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const says = (path: string, ...words: string[]): string =>
  Bun.spawnSync([path, ...words])
    .stdout.toString()
    .trim();
/** Everything in the folder of the binary, so that nothing is left beside it. */
const besides = (target: string): readonly string[] => readdirSync(dirname(target)).toSorted();

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
      expect(await here.run()).toMatchObject({ code: 0, err: "" });
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

describe("the platform", () => {
  const CASES = [
    ["Linux", "x86_64", "echo 'ldd (GNU libc) 2.41'", "linux-x64"],
    ["Linux", "aarch64", "echo 'ldd (GNU libc) 2.41'", "linux-arm64"],
    ["Linux", "amd64", "echo 'musl libc (x86_64)' >&2; exit 1", "linux-x64-musl"],
    ["Linux", "aarch64", "echo 'musl libc (aarch64)' >&2; exit 1", "linux-arm64-musl"],
    ["Darwin", "arm64", "exit 127", "darwin-arm64"],
    ["Darwin", "x86_64", "exit 127", "darwin-x64"],
  ] as const;
  for (const [system, machine, ldd, platform] of CASES) {
    test(`of ${system} on ${machine} is ${platform}`, async () => {
      using here = place(["dash"], releases.url);
      here.fake("uname", `[ "$1" = -s ] && echo ${system} || echo ${machine}`);
      here.fake("ldd", ldd);
      expect(await here.run()).toMatchObject({ code: 0, err: "" });
      expect(says(here.target)).toBe(platform);
    });
  }

  test("is that of the machine under Rosetta", async () => {
    using here = place(["dash"], releases.url);
    here.fake("uname", `[ "$1" = -s ] && echo Darwin || echo x86_64`);
    here.fake("sysctl", "echo 1");
    expect((await here.run()).code).toBe(0);
    expect(says(here.target)).toBe("darwin-arm64");
  });

  test("is told where its binary does not run, and what was there stays", async () => {
    using broken = startReleases(["2.0.0"], () => "#!/bin/sh\nexit 127\n");
    for (const [ldd, next] of [
      ["echo 'musl libc' >&2; exit 1", "apk add libstdc++"],
      ["echo 'ldd (GNU libc) 2.41'", "uname -a"],
    ] as const) {
      using here = place(["dash"], releases.url);
      here.fake("ldd", ldd);
      expect((await here.run()).code).toBe(0);
      const failed = await here.run(["--version", "2.0.0"], { COORD_RELEASES: broken.url });
      expect([failed.code, failed.err]).toEqual([1, expect.stringContaining(next)]);
      expect(says(here.target, "--version")).toBe("coord 1.0.0");
      expect(besides(here.target)).toEqual(["coord"]);
    }
  });

  test("is said where there is no coord for it", async () => {
    for (const [system, machine] of [
      ["Linux", "riscv64"],
      ["MINGW64_NT-10.0", "x86_64"],
    ]) {
      using here = place(["dash"], releases.url);
      here.fake("uname", `[ "$1" = -s ] && echo ${system} || echo ${machine}`);
      const refused = await here.run();
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("there is no coord for")]);
      expect(readdirSync(here.home)).toEqual([]);
    }
  });
});

describe("without", () => {
  test("xz the gzipped archive is taken", async () => {
    using here = place(["dash"], releases.url, ["xz", "wget"]);
    expect(await here.run()).toMatchObject({ code: 0, err: "" });
    expect(releases.asked.at(-1)).toEndWith(".tar.gz");
  });

  test("curl wget is used", async () => {
    using here = place(["dash"], releases.url, ["curl"]);
    expect(await here.run()).toMatchObject({ code: 0, err: "" });
  });

  test("both, or without a program for sums, nothing is changed", async () => {
    for (const missing of [["curl", "wget"], ["sha256sum"]]) {
      using here = place(["dash"], releases.url, missing);
      const refused = await here.run();
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("Next: install one of them")]);
      expect(readdirSync(here.home)).toEqual([]);
    }
  });
});

test("a folder that may not be written to is told", async () => {
  using here = place(["dash"], releases.url);
  chmodSync(here.root, 0o755);
  mkdirSync(join(here.root, "theirs"), { mode: 0o555 });
  chmodSync(here.home, 0o777);
  const script = async (dir: string): Promise<Ran> =>
    ran(["setpriv", "--reuid=65534", "--clear-groups", "dash", SCRIPT, "--version", "1.0.0", "--dir", dir], {
      cwd: here.root,
      env: { PATH: `${here.root}/bin:/usr/bin:/bin`, HOME: here.home, COORD_RELEASES: releases.url },
    });
  expect(await script(join(here.root, "theirs"))).toMatchObject({
    code: 1,
    err: expect.stringContaining("cannot be written"),
  });
  expect(await script(join(here.root, "theirs/below"))).toMatchObject({
    code: 1,
    err: expect.stringContaining("cannot be made"),
  });
});

test("a full disk is told, and what was there stays", async () => {
  using here = place(["dash"], releases.url);
  const dir = join(here.root, "small");
  mkdirSync(dir);
  // A mount of its own, which ends with this shell.
  const script = `mount -t tmpfs -o size=16k,mode=755 small "$DIR" || exit 9
    dash "$0" --version 1.0.0 --dir "$DIR" >/dev/null || exit 8
    yes >"$DIR/filler" 2>/dev/null
    dash "$0" --version 2.0.0 --dir "$DIR"; echo "code $?"
    "$DIR/coord" --version; ls -A "$DIR"`;
  const env = { PATH: `${here.root}/bin:/usr/bin:/bin`, HOME: here.home, COORD_RELEASES: releases.url, DIR: dir };
  const { out, err } = await ran(["unshare", "--map-root-user", "--mount", "sh", "-c", script, SCRIPT], {
    cwd: here.root,
    env,
  });
  expect(out.trim().split("\n")).toEqual(["code 1", "coord 1.0.0", "coord", "filler"]);
  expect(err).toContain("the space in");
});

test("a place from which nothing may run is told", async () => {
  using here = place(["dash"], releases.url);
  const dir = join(here.root, "quiet");
  mkdirSync(dir);
  const script = `mount -t tmpfs -o noexec none "$DIR" || exit 9; dash "$0" --version 1.0.0 --dir "$DIR"`;
  const env = { PATH: `${here.root}/bin:/usr/bin:/bin`, HOME: here.home, COORD_RELEASES: releases.url, DIR: dir };
  const argv = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, SCRIPT];
  const { code, err } = await ran(argv, { cwd: here.root, env });
  expect([code, err]).toEqual([1, expect.stringContaining("from which programs may run")]);
});

test("ended in the middle of a download, it leaves what was there", async () => {
  using stalling = startReleases(["1.0.0", "2.0.0"]);
  using here = place(["dash"], stalling.url);
  expect((await here.run()).code).toBe(0);
  for (const name of ["coord-linux-x64.tar.xz", "coord-linux-arm64.tar.xz"]) stalling.spoil(name, "stalled");
  const env = { PATH: join(here.root, "bin"), HOME: here.home, COORD_RELEASES: stalling.url };
  const child = Bun.spawn([Bun.which("dash") ?? "dash", SCRIPT, "--version", "2.0.0"], {
    env,
    detached: true,
    stdout: "ignore",
    stderr: "ignore",
  });
  const asked = stalling.asked.length;
  while (stalling.asked.length < asked + 2) await Bun.sleep(5);
  expect(besides(here.target).length).toBe(2);
  // As Ctrl-C does: everything that runs in the terminal.
  process.kill(-child.pid, "SIGINT");
  expect(await child.exited).not.toBe(0);
  expect(besides(here.target)).toEqual(["coord"]);
  expect(says(here.target, "--version")).toBe("coord 1.0.0");
});
