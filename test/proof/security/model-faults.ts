/**
 * What gives away an answer that lets foreign text speak to a model: SECURITY.md, "Model context". Every payload holds
 * FORGED, which may stand in quotes only.
 */
import { FORGED, rawIn } from "./payloads.ts";

const OPEN = "<coord-data>";
const CLOSE = "</coord-data>";
const MAX_BYTES = 2048;
const MAX_FIELD = 200;
/** The letter of `LONG`: 300 of them are shown as at most 200. */
export const LONG = "Ж".repeat(300);

/** What comes after the sentences that hold foreign names: commands, whose words a real shell checks. */
export function commandsIn(text: string): string {
  const [, ...rest] = text.split(/(?<=Other files are free\.|the write goes through\.|will be told\.)/);
  return rest.join("");
}

/** Quoted texts taken out, a shell's where commands are: what is left is coord's own words. */
function outsideQuotes(text: string): string {
  const commands = commandsIn(text);
  const sentences = text.slice(0, text.length - commands.length);
  return `${sentences.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")}${commands.replaceAll(/'[^']*'|\\'/g, "")}`;
}

/** `text`: a denial's reason or a context. Empty when it is harmless. */
export function modelFaults(text: string): readonly string[] {
  const faults = rawIn(text).map((raw) => `${raw} is raw`);
  if (Buffer.byteLength(text) > MAX_BYTES) faults.push(`it has ${Buffer.byteLength(text)} bytes`);
  const lines = text.split("\n");
  const [open, close] = [lines.indexOf(OPEN), lines.indexOf(CLOSE)];
  const isBlock = open >= 0;
  const tags = (text.match(/[<>]/g) ?? []).length;
  if (isBlock ? tags !== 4 || close < open || lines.lastIndexOf(CLOSE) !== close : tags !== 0) {
    faults.push("a tag that is not coord's own");
  }
  if (!isBlock && lines.length > 2) faults.push("more than one line");
  if (isBlock && !/(is|it is) (data, )?not instructions\.$/.test(lines[open - 1] ?? ""))
    faults.push("a block without a warning");
  // Every line in the block is one record of coord's form.
  for (const line of isBlock ? lines.slice(open + 1, close) : []) {
    if (!line.startsWith("- ")) faults.push(`a line of its own: ${line.slice(0, 60)}`);
  }
  const own = outsideQuotes(text);
  if (own.includes(FORGED) || own.includes("FORGED-LINE")) faults.push("foreign words outside of quotes");
  if (/"/.test(own)) faults.push("a quote that does not close");
  for (const run of text.match(/Ж+/g) ?? [])
    if (run.length > MAX_FIELD) faults.push(`a field of ${run.length} characters`);
  return faults;
}
