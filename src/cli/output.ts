import { escapeForJson } from "../domain/visible.ts";
import type { Answer, Style } from "./answer.ts";
import { failureJson, failureText, type Failure } from "./errors.ts";

/**
 * The only writer to stdout and stderr. It awaits each write to its end, because `process.stdout` cuts what does not
 * fit into a pipe when the process ends (oven-sh/bun#25432), and never touches `process.stdout`, which costs 8 ms
 * (BUN.md). A reader that has gone (`coord status | head -1`) is no error: the rest is simply not wanted.
 */

/** Prints a command's answer as text or as one JSON document, its warnings first. */
export async function printAnswer(answer: Answer, json: boolean): Promise<void> {
  await printWarnings(answer.warnings ?? []);
  if (json) return writeTo(Bun.stdout, `${escapeForJson(JSON.stringify(answer.json))}\n`);
  const text = answer.text(await styleOfStdout());
  if (text !== "") await writeTo(Bun.stdout, `${text}\n`);
}

/** Prints a text that was asked for, such as help. */
export async function printText(text: string): Promise<void> {
  await writeTo(Bun.stdout, `${text}\n`);
}

/** Says on stderr what went wrong and what to type next; as JSON in one document, with the warnings in it. */
export async function printFailure(failure: Failure, json: boolean): Promise<void> {
  if (!json) await printWarnings(failure.warnings);
  const text = json ? escapeForJson(JSON.stringify(failureJson(failure))) : failureText(failure);
  await writeTo(Bun.stderr, `${text}\n`);
}

async function printWarnings(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const { warn } = await import("./diagnostics.ts");
  await warn(lines, (line) => writeTo(Bun.stderr, `${line}\n`));
}

async function writeTo(file: Bun.BunFile, text: string): Promise<void> {
  try {
    await Bun.write(file, text);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}

/** Colour is for a terminal whose owner has not declined it: https://no-color.org. */
async function styleOfStdout(): Promise<Style> {
  if ((process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb") return { color: false };
  const { isatty } = await import("node:tty");
  return { color: isatty(1) };
}
