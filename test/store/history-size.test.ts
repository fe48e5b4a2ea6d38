import { afterEach, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SYSTEMS } from "../platform/systems.ts";
import { stateFolder, type Folder } from "./folder.ts";

const LINE = `${JSON.stringify({ at: "2026-01-08T08:00:00Z", event: "acquired", instance: "a", path: "a.ts" })}\n`;
const ROTATE_BYTES = 4 * 1024 * 1024;

let folder: Folder | undefined;
afterEach(() => folder?.close());

/** A folder whose history is about to be rotated, and one decision more in it. */
async function grown(place: Folder): Promise<number> {
  writeFileSync(place.layout.events, LINE.repeat(Math.ceil(ROTATE_BYTES / LINE.length) + 1));
  const event = { event: "registered", instance: "b" } as const;
  return place.open().transact(() => ({ answer: 7, events: [event] }), { waitMs: 1000 });
}

for (const sys of SYSTEMS) {
  test(`a history on ${sys.name} that has grown large starts anew with the next decision, without a cleanup`, async () => {
    folder = stateFolder(sys);
    expect(await grown(folder)).toBe(7);
    const older = join(folder.layout.top, "events.1.jsonl");
    expect(statSync(older).size).toBeGreaterThan(ROTATE_BYTES);
    expect(existsSync(folder.layout.events)).toBe(false);
    await folder
      .open()
      .transact(() => ({ answer: 0, events: [{ event: "registered", instance: "c" }] }), { waitMs: 9 });
    expect(statSync(folder.layout.events).size).toBeLessThan(200);
  });

  test(`while the guard on ${sys.name} is another's the history waits, and what was decided stands`, async () => {
    folder = stateFolder(sys);
    await folder.open().transact(() => ({ answer: 0 }), { waitMs: 1000 });
    const { guard, events } = folder.layout;
    const other = "held.h.b.1.4242.1.0123456789ab";
    const store = folder.open();
    writeFileSync(events, LINE.repeat(Math.ceil(ROTATE_BYTES / LINE.length) + 1));
    // Somebody takes the guard as soon as the decision has given it back.
    const watched = folder.open({
      sys: {
        ...sys,
        write: (fd, bytes) => {
          const isEvent = new TextDecoder().decode(bytes).includes('"instance":"b"');
          if (isEvent) renameSync(join(guard, "free"), join(guard, other));
          return sys.write(fd, bytes);
        },
      },
    });
    const decided = watched.transact(() => ({ answer: 7, events: [{ event: "registered", instance: "b" }] }), {
      waitMs: 1000,
    });
    expect(await decided).toBe(7);
    expect(readdirSync(folder.layout.top)).not.toContain("events.1.jsonl");
    renameSync(join(guard, other), join(guard, "free"));
    await store.transact(() => ({ answer: 0, events: [{ event: "registered", instance: "c" }] }), { waitMs: 1000 });
    expect(readdirSync(folder.layout.top)).toContain("events.1.jsonl");
  });
}
