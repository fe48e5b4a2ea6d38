import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Executable {
  /** As it stands on PATH. */
  readonly path: string;
  /** Links resolved. */
  readonly real: string;
}

/** Every program of this name on PATH, the one that wins first; each file once. */
export function executablesOn(path: string | undefined, name: string): readonly Executable[] {
  const found = new Map<string, Executable>();
  for (const folder of (path ?? "").split(":")) {
    if (!folder.startsWith("/")) continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (!statSync(file).isFile()) continue;
      const real = realpathSync(file);
      if (!found.has(real)) found.set(real, { path: file, real });
    } catch {
      continue; // not there, or not for us to start: a shell would go on as well
    }
  }
  return [...found.values()];
}
