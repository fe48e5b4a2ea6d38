/** Where somebody else's text may lie, and how it is put there. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Vars } from "../../../hooks/project.ts";
import { writeText, type Peopled } from "../project.ts";

export interface PlaceOfText {
  readonly name: string;
  /** Puts the text there. Answers variables that callers get, where the place is the environment. */
  readonly plant: (scene: Peopled, text: string) => Vars;
}

/** As much of a text as a file name can be. */
export function asName(text: string): string {
  let name = text.replaceAll("/", "_").replaceAll("\0", "_");
  while (Buffer.byteLength(name) > 200) name = Array.from(name).slice(0, -1).join("");
  return name;
}

/** A file with this text: no caller needs a variable for it. */
export function file(path: string, text = ""): Vars {
  mkdirSync(dirname(path), { recursive: true });
  writeText(path, text);
  return {};
}
