/** Characters as a person counts them, near enough: code points, so that no surrogate pair is cut in two. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** The first `most` characters of a text. */
export function firstCharacters(text: string, most: number): string {
  return text.length <= most ? text : Array.from(text).slice(0, most).join("");
}
