import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

export type Found =
  | { readonly found: "yes"; readonly path: string }
  | { readonly found: "no" }
  /** There is something of this name, and it cannot be executed. */
  | { readonly found: "barred"; readonly path: string };

/** Where execvp(3) looks without PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

/** The file that a command's name stands for, as execvp(3) finds it: by PATH, unless the name has a slash. */
export function findCommand(name: string, path: string | undefined): Found {
  if (name === "" || name.includes("\0")) return { found: "no" };
  const places = name.includes("/") ? [name] : (path ?? DEFAULT_PATH).split(delimiter).map((dir) => join(dir, name));
  let barred: string | undefined;
  for (const place of places) {
    const is = look(place);
    if (is === "executable") return { found: "yes", path: place.includes("/") ? place : `./${place}` };
    if (is === "barred") barred ??= place;
  }
  return barred === undefined ? { found: "no" } : { found: "barred", path: barred };
}

function look(path: string): "executable" | "barred" | "absent" {
  try {
    if (!statSync(path).isFile()) return "barred";
    accessSync(path, constants.X_OK);
    return "executable";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "EACCES" ? "barred" : "absent";
  }
}
