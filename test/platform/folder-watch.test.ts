import { afterEach, beforeEach, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchFolders, type FolderWatch } from "../../src/platform/folder-watch.ts";

let top: string;
let folder: string;
let watch: FolderWatch;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "coord-watch-"));
  folder = join(top, "locks");
  mkdirSync(folder);
});
afterEach(() => {
  watch.close();
  rmSync(top, { recursive: true, force: true });
});

/** As coord publishes: by a rename from another folder. */
function publish(name: string): void {
  writeFileSync(join(top, "scratch"), "");
  renameSync(join(top, "scratch"), join(folder, name));
}

/** So long that only a hint ends a wait before the test's own time is over. */
const BY_HINT = { watched: 60_000, blind: 60_000, afterOthers: 1 };
const LONG_MS = 60_000;

test("next() resolves at each of many changes, whatever else goes on in the folder", async () => {
  watch = watchFolders([folder], (name) => name.startsWith("mine"), BY_HINT);
  for (let i = 0; i < 50; i += 1) {
    publish(`other-${i}`);
    publish("mine.json");
    await watch.next(LONG_MS);
  }
});

test("next() resolves at once for a change since the last call", async () => {
  watch = watchFolders([folder], (name) => name.startsWith("mine"), BY_HINT);
  publish("mine.json");
  await watch.next(LONG_MS);
  publish("mine.json");
  // The event comes while nobody waits.
  await Bun.sleep(50);
  await watch.next(LONG_MS);
});

test("next() looks now and then without any hint", async () => {
  watch = watchFolders([folder], () => true, { ...BY_HINT, watched: 5 });
  await watch.next(LONG_MS);
});

test("watchFolders() of a folder that is not there polls", async () => {
  watch = watchFolders([join(top, "nowhere")], () => true, { ...BY_HINT, blind: 5 });
  await watch.next(LONG_MS);
});
