import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadUserFile, publishUserFile } from "../../src/cli/settings-file.ts";
import { sweepSettingsScratch } from "../../src/cli/settings-scratch.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coord-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NEW = 0o600;

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe("sweepSettingsScratch()", () => {
  const HOUR_MS = 3_600_000;

  /** A file beside the settings, that was written `ageMs` ago. */
  function lay(name: string, ageMs: number): void {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "{}");
    const then = (Date.now() - ageMs) / 1000;
    utimesSync(path, then, then);
  }

  function sweep(): readonly string[] {
    const at = (name: string): string => join(folder, name);
    const ground = { top: at("top"), claudeFolder: at("home"), stateDir: at("state"), home: folder };
    sweepSettingsScratch(ground, Date.now());
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.includes("."));
  }

  const UUID = "3df459f3-7288-40b8-aa9b-999e5d757f95";

  test("removes what killed edits have left beside each settings file more than an hour ago", () => {
    lay(`home/.settings.json.coord-${UUID}`, 2 * HOUR_MS);
    lay(`top/.claude/.settings.json.coord-${UUID}`, 2 * HOUR_MS);
    lay(`top/.claude/.settings.local.json.coord-${UUID}`, 2 * HOUR_MS);
    lay(`state/.config.json.coord-${UUID}`, 2 * HOUR_MS);
    expect(sweep()).toEqual(["top/.claude"]);
  });

  test("leaves an edit under way, and what coord has not made", () => {
    const names = [".settings.json", `.settings.json.coord-${UUID}.mine`, ".settings.json.coord-x", "settings.json"];
    for (const name of names) lay(`home/${name}`, 2 * HOUR_MS);
    lay(`home/.settings.json.coord-${UUID}`, HOUR_MS / 2);
    const left = sweep();
    expect(left).toHaveLength(names.length + 1);
  });

  test("follows a link to where the edits are made", () => {
    lay("dotfiles/claude.json", 0);
    lay(`dotfiles/.claude.json.coord-${UUID}`, 2 * HOUR_MS);
    mkdirSync(join(folder, "home"));
    symlinkSync("../dotfiles/claude.json", join(folder, "home", "settings.json"));
    expect(sweep()).not.toContain(`dotfiles/.claude.json.coord-${UUID}`);
  });
});

describe("publishUserFile()", () => {
  test("makes a file, and the folders above it, with the mode asked for", () => {
    const path = join(folder, "a", "b", "settings.json");
    publishUserFile(loadUserFile(path), "{}\n", NEW);
    expect(readFileSync(path, "utf8")).toBe("{}\n");
    expect(modeOf(path)).toBe(NEW);
    expect(readdirSync(join(folder, "a", "b"))).toEqual(["settings.json"]);
  });

  test("keeps the mode that a file has", () => {
    const path = join(folder, "settings.json");
    writeFileSync(path, "{}");
    for (const mode of [0o644, 0o640, 0o666]) {
      chmodSync(path, mode);
      publishUserFile(loadUserFile(path), `{"mode": ${mode}}`, NEW);
      expect(modeOf(path)).toBe(mode);
    }
  });

  test("writes through a symbolic link, which stays one", () => {
    mkdirSync(join(folder, "dotfiles"));
    writeFileSync(join(folder, "dotfiles", "claude.json"), "{}");
    const path = join(folder, "settings.json");
    symlinkSync("dotfiles/claude.json", path);
    publishUserFile(loadUserFile(path), '{"a": 1}', NEW);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readlinkSync(path)).toBe("dotfiles/claude.json");
    expect(readFileSync(join(folder, "dotfiles", "claude.json"), "utf8")).toBe('{"a": 1}');
    expect(readdirSync(folder).toSorted()).toEqual(["dotfiles", "settings.json"]);
  });

  test("makes the file that a symbolic link leads to", () => {
    const path = join(folder, "settings.json");
    symlinkSync(join(folder, "later.json"), path);
    expect(loadUserFile(path).text).toBeUndefined();
    publishUserFile(loadUserFile(path), "{}", NEW);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "later.json"), "utf8")).toBe("{}");
  });

  test("writes nothing over a change that somebody made since it was loaded", () => {
    const path = join(folder, "settings.json");
    writeFileSync(path, "{}");
    const loaded = loadUserFile(path);
    writeFileSync(path, '{"theirs": true}');
    expect(() => publishUserFile(loaded, '{"ours": true}', NEW)).toThrow(/changed by someone else/);
    expect(readFileSync(path, "utf8")).toBe('{"theirs": true}');
    expect(readdirSync(folder)).toEqual(["settings.json"]);
  });

  test("replaces the file in one step: a reader that has it open sees the old one to its end", () => {
    const path = join(folder, "settings.json");
    writeFileSync(path, "{}");
    const before = statSync(path).ino;
    publishUserFile(loadUserFile(path), '{"a": 1}', NEW);
    expect(statSync(path).ino).not.toBe(before);
  });
});

describe("loadUserFile() refuses", () => {
  test("a folder, naming it", () => {
    expect(() => loadUserFile(folder)).toThrow(`"${folder}" is not a settings file: not a regular file`);
  });

  test("a FIFO, without waiting for a writer", () => {
    const path = join(folder, "settings.json");
    Bun.spawnSync(["mkfifo", path]);
    expect(() => loadUserFile(path)).toThrow(/not a regular file/);
  });

  test("bytes that are no text, which would come back as others", () => {
    const path = join(folder, "settings.json");
    writeFileSync(path, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]));
    expect(() => loadUserFile(path)).toThrow(/it is not UTF-8 text/);
  });

  test("links in a circle", () => {
    const path = join(folder, "settings.json");
    symlinkSync("settings.json", path);
    expect(() => loadUserFile(path)).toThrow();
  });
});

test("a byte order mark is kept", () => {
  const path = join(folder, "settings.json");
  writeFileSync(path, "\uFEFF{}");
  expect(loadUserFile(path).text).toBe("\uFEFF{}");
});
