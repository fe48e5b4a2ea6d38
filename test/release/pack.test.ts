import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ran } from "./ran.ts";

const SCRIPT = join(import.meta.dir, "../../scripts/release/pack.ts");

test.each(['https://example.org/"$(id)"', "https://example.org/}", "https://me:secret@example.org", "example.org"])(
  "%s gets into no installer",
  async (releases) => {
    const root = mkdtempSync(join(tmpdir(), "coord-pack-"));
    const out = join(root, "out");
    const { code, err } = await ran([process.execPath, SCRIPT, "--releases", releases, "--out", out], {
      cwd: root,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    expect([code, err]).toEqual([1, expect.stringContaining("is no address")]);
    expect(existsSync(out)).toBe(false);
    rmSync(root, { recursive: true });
  },
);
