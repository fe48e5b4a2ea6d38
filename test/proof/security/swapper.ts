/**
 * A process that swaps files of a state for links, over and over, as fast as it can: what is checked by one call and
 * used by the next is another thing by then. `bun swapper.ts STATE CANARY` counts on stdout when its stdin ends.
 */
import { lstatSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const [state = "", canary = ""] = process.argv.slice(2);
const FILES = [
  "events.jsonl",
  "journal.json",
  "floor.json",
  "config.json",
  "pruned",
  "work-registry.json",
  "decision-log.json",
  "decision-counter.json",
  ".gitignore",
  "guard/free",
];
const FOLDERS = ["locks", "files", "heartbeats"];
let swapped = 0;
let going = true;

function names(): readonly string[] {
  const listed = FOLDERS.flatMap((folder) => readdirSync(join(state, folder)).map((name) => `${folder}/${name}`));
  return [...FILES, ...listed];
}

/** The file goes aside, a link to the canary stands in its place for a moment, and the file comes back. */
function swap(name: string): void {
  const path = join(state, name);
  const aside = join(state, `../aside-${process.pid}`);
  try {
    if (!lstatSync(path).isFile()) return;
    renameSync(path, aside);
    symlinkSync(canary, path);
    swapped += 1;
    for (let i = 0; i < 200; i += 1) lstatSync(path);
  } catch {
    // Somebody has put something else there: that is what this is for.
  }
  try {
    if (lstatSync(aside).isFile()) {
      rmSync(path, { force: true });
      renameSync(aside, path);
    }
  } catch {
    // There was nothing to bring back.
  }
}

function round(): void {
  for (const name of names()) swap(name);
  if (going) setImmediate(round);
  else process.stdout.write(`${swapped}\n`);
}

process.stdin.on("end", () => (going = false));
process.stdin.resume();
process.stdout.write("ready\n");
round();
