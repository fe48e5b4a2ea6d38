import template from "./coordination.sh" with { type: "text" };

const PLACEHOLDER = "'@COORD_BINARY@'";
/** In the first lines of every version: by this a file is known to be ours. */
const MARK = "# coord: the functions of the bash edition.";

/** The functions of the bash edition, as a file to source, with `binary` as the coord that they call. */
export function functionsText(binary: string): string {
  return template.replace(PLACEHOLDER, () => `'${binary.replaceAll("'", String.raw`'\''`)}'`);
}

export function isFunctionsText(text: string): boolean {
  return text.slice(0, 200).includes(MARK);
}
