/** What lies outside of the state, so that it can be seen whether it was touched: a line for each file and folder. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Scene } from "./scene.ts";

/** Of what is larger the size and the time must do: reading it would stop the watch of what runs beside. Bytes. */
const LARGE = 8 * 1024 * 1024;

type Picture = ReadonlyMap<string, string>;

/** The user's home, the project without its state, somebody else's files. Times of access are nobody's business. */
export function pictured({ root, state, specimens, home, dir, outside }: Scene): Picture {
  const picture = new Map<string, string>();
  const look = (path: string): void => {
    if (path === state) return;
    const stat = lstatSync(path, { bigint: true });
    const kind = stat.isFile() ? "file" : stat.isDirectory() ? "folder" : stat.isSymbolicLink() ? "link" : "other";
    const content =
      kind === "file" && stat.size < LARGE ? Bun.hash(readFileSync(path)) : kind === "link" ? readlinkSync(path) : "";
    // The time of .claude/ and of what holds the state changes when a state folder is made or moved.
    const time = kind === "file" || path.startsWith(outside) ? stat.mtimeNs : "";
    picture.set(
      relative(root, path),
      [kind, stat.mode.toString(8), stat.uid, kind === "file" ? stat.size : "", content, time].join(" "),
    );
    if (kind === "folder") for (const name of readdirSync(path)) look(join(path, name));
  };
  for (const path of [home, dir, outside, specimens]) look(path);
  return picture;
}

/** What differs, a line each; what lies below one of `allowed` may. */
export function touched(before: Picture, after: Picture, allowed: readonly string[]): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => before.get(name) !== after.get(name))
    .filter((name) => !allowed.some((part) => name === part || name.startsWith(`${part}/`)))
    .map((name) => `${name}: ${before.get(name) ?? "nothing"} -> ${after.get(name) ?? "nothing"}`);
}
