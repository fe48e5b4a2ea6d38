/** Which binary scripts/release/install.sh takes, and by which tools of the system. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { besides, place, says } from "./install-place.ts";
import { startReleases, type Releases } from "./release-server.ts";

let releases: Releases;
beforeAll(() => {
  releases = startReleases(["1.0.0"]);
});
afterAll(() => releases[Symbol.dispose]());

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

test("a download that begins encrypted is not led to a plain connection", async () => {
  using here = place(["dash"], releases.url);
  here.fake("curl", 'printf "%s\\n" "$*" >>"$HOME/words"; exit 7');
  for (const [url, protocols] of [
    ["https://127.0.0.1:9", "--proto =https --"],
    ["http://127.0.0.1:9", "--proto =https,http --"],
  ] as const) {
    await here.run(undefined, { COORD_RELEASES: url });
    expect(readFileSync(join(here.home, "words"), "utf8").trim().split("\n").at(-1)).toContain(protocols);
  }
});
