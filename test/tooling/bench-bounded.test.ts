import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject } from "../../scripts/bench/app.ts";
import { layProject } from "../../scripts/stand-in/project.ts";
import { ROTATE_BYTES } from "../../src/store/file/events-file.ts";
import { layoutOf } from "../../src/store/file/layout.ts";

test("ROTATE_BYTES, which the benchmark shows as the bound, is the size above which the history starts anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), "coord-bounded-"));
  try {
    const app = await openProject(layProject(folder, "project"));
    const { events } = layoutOf(app.workspace.stateDir);
    const staysAt = async (bytes: number): Promise<boolean> => {
      writeFileSync(events, "");
      truncateSync(events, bytes);
      await app.store.prune(1, app.wait);
      return existsSync(events);
    };
    expect([await staysAt(ROTATE_BYTES), await staysAt(ROTATE_BYTES + 1)]).toEqual([true, false]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
