/** scripts/release/install.sh where it may not write, where nothing fits any more, and ended in the middle. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { besides, place, says, SCRIPT } from "./install-place.ts";
import { ran, type Ran } from "./ran.ts";
import { startReleases, type Releases } from "./release-server.ts";

let releases: Releases;
beforeAll(() => {
  releases = startReleases(["1.0.0", "2.0.0"]);
});
afterAll(() => releases[Symbol.dispose]());

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
