/** A folder's content, held in memory: to lay it again, and to tell whether two runs left the same. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stableName } from "./points.ts";

export type Entry =
  | { readonly kind: "folder"; readonly mode: number }
  | { readonly kind: "link"; readonly to: string }
  | { readonly kind: "file"; readonly mode: number; readonly text: string; readonly mtimeMs: number };

/** By path below the folder; a folder comes before what is in it. */
export type Picture = ReadonlyMap<string, Entry>;

/** Everything under `root` is text here: state, settings, sources. */
export function takePicture(root: string): Picture {
  const picture = new Map<string, Entry>();
  const look = (path: string): void => {
    for (const name of readdirSync(join(root, path)).toSorted()) {
      const at = path === "" ? name : `${path}/${name}`;
      const stat = lstatSync(join(root, at));
      if (stat.isSymbolicLink()) picture.set(at, { kind: "link", to: readlinkSync(join(root, at)) });
      else if (stat.isDirectory()) {
        picture.set(at, { kind: "folder", mode: stat.mode & 0o7777 });
        look(at);
      } else {
        const text = readFileSync(join(root, at), "utf8");
        picture.set(at, { kind: "file", mode: stat.mode & 0o7777, text, mtimeMs: stat.mtimeMs });
      }
    }
  };
  look("");
  return picture;
}

/** Makes the folder what the picture shows; what is right already keeps its inode and its times. */
export function layPicture(root: string, picture: Picture): void {
  const there = takePicture(root);
  for (const [path, entry] of there) {
    if (picture.get(path)?.kind !== entry.kind) rmSync(join(root, path), { recursive: true, force: true });
  }
  for (const [path, entry] of picture) {
    const at = join(root, path);
    const old = there.get(path);
    if (old !== undefined && isSame(old, entry)) continue;
    switch (entry.kind) {
      case "folder":
        mkdirSync(at, { recursive: true });
        chmodSync(at, entry.mode);
        break;
      case "link":
        rmSync(at, { force: true });
        symlinkSync(entry.to, at);
        break;
      case "file":
        writeFileSync(at, entry.text);
        chmodSync(at, entry.mode);
        utimesSync(at, entry.mtimeMs / 1000, entry.mtimeMs / 1000);
        break;
      default:
        entry satisfies never;
    }
  }
}

function isSame(a: Entry, b: Entry): boolean {
  if (a.kind === "folder") return b.kind === "folder" && a.mode === b.mode;
  if (a.kind === "link") return b.kind === "link" && a.to === b.to;
  return b.kind === "file" && a.mode === b.mode && a.text === b.text && Math.abs(a.mtimeMs - b.mtimeMs) < 1;
}

/** One text for all that matters: names that are drawn at random, and times, are left out. */
export function gistOf(picture: Picture): string {
  const lines = [...picture].flatMap(([path, entry]) => {
    const name = stableName(path);
    // Nobody reads scratch, and how much there is makes no difference.
    if (name === "tmp/*") return [];
    if (entry.kind !== "file") return [`${name} ${entry.kind} ${entry.kind === "link" ? entry.to : entry.mode}`];
    return [`${name} ${entry.mode} ${withoutChance(entry.text)}`];
  });
  if ([...picture.keys()].some((path) => stableName(path) === "tmp/*")) lines.push("scratch");
  return new Bun.CryptoHasher("sha1").update(lines.toSorted().join("\n")).digest("hex");
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** In a journal the records are texts. */
const STAMP = /(\\?"(?:wall|mono)_ms\\?":)([\d.]+)/g;

/** The text without what no two runs have in common. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(TIME, "TIME")
    .replaceAll(STAMP, "$1:")
    .replaceAll(/\b[0-9a-f]{12}-[0-9a-f]+-[0-9a-f]+\b/g, "RANDOM")
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UUID")
    .replaceAll(/DEC-\d{8}-(\d{4,})-[0-9a-f]{6}/g, "DEC-$1")
    .replaceAll(/"decisions_sha256": ?"[0-9a-f]+"/g, '"decisions_sha256":""')
    .replaceAll(/\.run-\d+/g, ".run-N")
    .replaceAll(/(\\?"pid\\?":)\d+,\\?"start\\?":\\?"\d+\\?"/g, "$1:");
}

/** What says when it was done. The decisions do too, but nothing becomes due by their age. */
const DATED = /\.claude\/coordination\/(?:heartbeats\/|locks\/|files\/|journal\.json$)/;

/** Everything happened `ms` earlier than it says: what is done at most every few seconds is due again. */
export function aged(picture: Picture, ms: number): Picture {
  return new Map(
    [...picture].map(([path, entry]) => {
      if (entry.kind !== "file" || !DATED.test(path)) return [path, entry];
      const text = entry.text
        .replaceAll(STAMP, (_, name: string, value: string) => `${name}${Number(value) - ms}`)
        .replaceAll(TIME, (time) => new Date(Date.parse(time) - ms).toISOString().replace(/\.\d+Z$/, "Z"));
      return [path, { ...entry, text }];
    }),
  );
}
