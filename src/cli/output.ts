import { escapeForJson, escapeForTerminal } from "../domain/visible.ts";
import type { Answer, Style } from "./answer.ts";
import { failureJson, failureText, unwritable, type Failure } from "./errors.ts";

/**
 * The only writer to stdout and stderr. It awaits each write to its end, because `process.stdout` cuts what does not
 * fit into a pipe when the process ends (oven-sh/bun#25432), and never touches `process.stdout`, which costs 8 ms
 * (BUN.md). A reader that has gone (`coord status | head -1`) is no error: the rest is simply not wanted.
 */

/** Prints a command's answer as text or as one JSON document, its warnings first. */
export async function printAnswer(answer: Answer, json: boolean): Promise<void> {
  await printWarnings(answer.warnings ?? []);
  if (json && answer.json === undefined) return;
  if (json) return writeTo(Bun.stdout, `${escapeForJson(JSON.stringify(answer.json))}\n`);
  const text = answer.text(await styleOfStdout());
  if (text !== "") await writeTo(Bun.stdout, `${text}\n`);
}

/** Prints a text that was asked for, such as help. */
export async function printText(text: string): Promise<void> {
  await writeTo(Bun.stdout, `${text}\n`);
}

/** Prints lines to the streams that they are meant for, in this order: what goes to one stream in a row, in one write. */
export async function printLines(lines: readonly Line[]): Promise<void> {
  for (let at = 0; at < lines.length;) {
    const to = lines[at]?.to;
    const next = lines.findIndex((line, index) => index > at && line.to !== to);
    const end = next < 0 ? lines.length : next;
    const texts = lines.slice(at, end).map((line) => `${line.text}\n`);
    await writeTo(to === "err" ? Bun.stderr : Bun.stdout, texts.join(""));
    at = end;
  }
}

/** A line for one of the two streams; foreign text in it is escaped already. */
export interface Line {
  readonly to: "out" | "err";
  readonly text: string;
}

/** What a view draws on the screen, or takes back: one write. The reader is a terminal; if it has gone, EIO. */
export async function printScreen(sequence: string): Promise<void> {
  await writeTo(Bun.stdout, sequence);
}

/** A line on stderr that is written over: progress. */
export async function printProgress(sequence: string): Promise<void> {
  await writeTo(Bun.stderr, sequence);
}

/** Says on stderr what went wrong and what to type next; as JSON in one document, with the warnings in it. */
export async function printFailure(failure: Failure, json: boolean): Promise<void> {
  if (!json) await printWarnings(failure.warnings);
  const text = json ? escapeForJson(JSON.stringify(failureJson(failure))) : failureText(failure);
  await writeTo(Bun.stderr, `${text}\n`);
}

/** Says on stderr, a line each, what is worth knowing though the command does its work. */
export async function printWarnings(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const { warn } = await import("./diagnostics.ts");
  await warn(lines, (line) => writeTo(Bun.stderr, `${line}\n`));
}

/** Says one thing on stderr while something else goes on. */
export async function printNotice(line: string): Promise<void> {
  await writeTo(Bun.stderr, `${escapeForTerminal(line)}\n`);
}

async function writeTo(file: Bun.BunFile, text: string): Promise<void> {
  try {
    await Bun.write(file, text);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EPIPE") return;
    throw unwritable(error);
  }
}

/** Colour is for a terminal whose owner has not declined it: https://no-color.org. */
export async function styleOfStdout(): Promise<Style> {
  return { color: (process.env["NO_COLOR"] ?? "") === "" && (await isTerminal(1)) };
}

/** True when a person sees what is written there, on a terminal that knows more than lines. */
export async function isTerminal(fd: 1 | 2): Promise<boolean> {
  if (process.env["TERM"] === "dumb") return false;
  const { isatty } = await import("node:tty");
  return isatty(fd);
}

/** The width of the terminal at stderr; 80 for one that does not tell. */
export function stderrColumns(): number {
  const { columns } = process.stderr;
  return columns > 0 ? columns : 80;
}
