/** Puts one kind of corruption in the place of one target. */
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { chance } from "../seed.ts";
import { CONTENTS } from "./contents.ts";
import { PLACES } from "./places.ts";
import { IS_ROOT, USER, type Scene } from "./scene.ts";
import type { Target } from "./targets.ts";

export interface Spoilt {
  readonly path: string;
  /** The file that is broken now, by device and number; undefined where there is nothing. */
  readonly identity: string | undefined;
  /** Lets the scene be restored. */
  readonly undo: () => void;
}

export const KINDS: readonly string[] = [...Object.keys(CONTENTS), ...Object.keys(PLACES)];

/** False for what makes no sense, such as half of a folder, or cannot be made by this user. */
export function isPossible(kind: string, target: Target): boolean {
  const place = PLACES[kind];
  if (place === undefined) return !target.isFolder;
  const fits = place.of === "both" || (place.of === "folders") === target.isFolder;
  return fits && (IS_ROOT || place.byRoot !== true);
}

/** Undefined when the kind cannot be made of what stands there: no numbers to be replaced, nothing to be cut. */
export function spoil(scene: Scene, target: Target, kind: string, seed: number): Spoilt | undefined {
  const path = target.path(scene);
  if (target.lay !== undefined) lay(path, target.lay(scene));
  const place = PLACES[kind];
  const content = CONTENTS[kind];
  if (place !== undefined) {
    const { outside, specimens } = scene;
    const spot = { path, isFolder: target.isFolder, outside, specimens };
    if (place.put(spot) === false) return undefined;
    if (IS_ROOT && place.byRoot !== true) giveAway(path);
    return { path, identity: identityOf(path), undo: () => place.undo?.(spot) };
  }
  if (content === undefined) throw new Error(`No such kind: ${kind}`);
  const good = lstatSync(path).isFile() ? readFileSync(path, "utf8") : "";
  const spoilt = content(good, otherThan(path), chance(seed));
  if (spoilt === undefined) return undefined;
  lay(path, spoilt);
  return { path, identity: identityOf(path), undo: () => {} };
}

/** A new file, whatever stood there: writing through a link would spoil something else. */
function lay(path: string, content: string | Uint8Array): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, 0o600);
  giveAway(path);
}

function giveAway(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (IS_ROOT && stat !== undefined && stat.uid === 0 && !stat.isSymbolicLink()) chownSync(path, USER, USER);
}

export function identityOf(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}/${stat.ino}`;
}

/** Another file of the same folder, of the same kind as far as names tell. */
function otherThan(path: string): string {
  const folder = dirname(path);
  for (const name of new Bun.Glob("*.json").scanSync({ cwd: folder, dot: false })) {
    if (`${folder}/${name}` !== path) return readFileSync(`${folder}/${name}`, "utf8");
  }
  return "";
}
