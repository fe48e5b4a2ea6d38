/** What the checks of a case share, and what they look up in its state. */
import { lstatSync, lutimesSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "./commands.ts";
import type { Ran, Scene } from "./scene.ts";
import type { Spoilt } from "./spoil.ts";
import type { Target } from "./targets.ts";

export interface Said extends Ran {
  readonly line: Line;
}

export interface Scenery {
  readonly scene: Scene;
  readonly target: Target;
  readonly kind: string;
  readonly spoilt: Spoilt;
  readonly broken: boolean;
  /** Runs it and keeps what it said; what no command may say is a problem. */
  readonly say: (line: Line) => Promise<Said>;
  readonly draw: () => number;
}

export function quarantine({ state }: Scene): readonly string[] {
  try {
    return readdirSync(join(state, "corrupt")).filter(
      (name) => /^[0-9a-f]{8}\./.test(name) && !name.endsWith(".reason"),
    );
  } catch {
    return []; // it is the folder itself that is spoilt
  }
}

/** As if it had been broken long ago. False for a hard link: its time is that of somebody else's file. */
export function age(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && stat.nlink > 1) return false;
  if (stat !== undefined) lutimesSync(path, 1, 1);
  return true;
}
