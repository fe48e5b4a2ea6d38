/** What gives a harmful answer away; shared by the sweeps and by the mutants that they must catch. */
import { textOf, type Called } from "./call.ts";
import { FORGED, rawInBytes } from "./payloads.ts";

/** What is wrong with an answer on a terminal; empty when it is harmless. */
export function terminalFaults(called: Called): readonly string[] {
  const { call, code, out, err } = called;
  const text = textOf(called);
  return [
    ...(code === null ? ["it hangs"] : []),
    ...rawInBytes(call.kind === "completion" ? withoutColumns(out) : out).map((raw) => `${raw} on stdout`),
    ...rawInBytes(err).map((raw) => `${raw} on stderr`),
    ...(text.split("\n").some((line) => line.trimStart().startsWith(FORGED)) ? ["a record goes on in a new line"] : []),
    ...(/\n\s+at .*\.(ts|js):\d+/.test(text) ? ["a stack trace"] : []),
    ...(call.json ? [out, err].flatMap(jsonFaults) : []),
  ];
}

function jsonFaults(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(bytes).trimEnd();
  // Warnings beside an answer are for people.
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("coord: warn: "));
  if (lines.length > 1) return ["more than one line of JSON"];
  try {
    for (const line of lines) JSON.parse(line);
    return [];
  } catch {
    return ["no JSON"];
  }
}

/** A candidate and its description are two columns: one tab in a line is the protocol's own. */
function withoutColumns(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  return new TextEncoder().encode(
    text
      .split("\n")
      .map((line) => line.replace("\t", " "))
      .join("\n"),
  );
}
