import { normalise } from "./normalise.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * What a person would see who types these lines one after another: each with its output, what came on stderr marked,
 * and its exit code.
 */
export function transcript(
  sandbox: Sandbox,
  lines: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const shown = lines.map((line) => {
    const { code, out, err } = sandbox.type(line, env);
    const stderr = err.replaceAll(/^(?=.)/gm, "stderr: ");
    return `$ ${line}\n${normalise(endLine(out) + endLine(stderr), sandbox.places)}[exit ${code}]\n`;
  });
  return shown.join("\n");
}

/** A last line without its end would run into what comes next: said, because it is a defect. */
function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}[no end of line]\n`;
}
