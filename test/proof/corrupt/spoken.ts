/** What no command and no hook may say or do, whatever the state is like. Answers what is wrong, a line each. */
import { EXIT_CODES } from "../../../src/domain/errors.ts";
import { answerOf, HIDDEN, type Told } from "../../hooks/hook.ts";
import type { Line } from "./commands.ts";
import type { Ran } from "./scene.ts";

/** A program that broke down instead of refusing: traces of the runtime, values that were none, coord's own word for it. */
const BROKEN_DOWN =
  /^\s+at .+[:(]\d+|\.ts:\d+|\$bunfs|\b(Type|Range|Reference|Syntax)Error\b|\bundefined\b|\[object |\bNaN\b|Invalid Date|INTERNAL|a defect of coord|Bun v\d|panic/m;

const CODES: ReadonlySet<number | null> = new Set([0, ...Object.values(EXIT_CODES)]);

/** Of `coord run`: DESIGN section 4. */
const COULD_NOT_LOCK = 125;

export function misspoken(line: Line, ran: Ran): readonly string[] {
  const { code, signal, out, err } = ran;
  const wrong: string[] = [];
  if (signal !== null) return [`ended by ${signal} after ${Math.round(ran.ms)} ms`];
  if (!CODES.has(code) && !(line.command === "run" && code === COULD_NOT_LOCK)) wrong.push(`exit code ${code}`);
  const [broken] = BROKEN_DOWN.exec(`${out}\n${err}`) ?? [];
  if (broken !== undefined && !isText(line)) wrong.push(`says "${broken.trim()}"`);
  if (HIDDEN.test(`${out}${err}`.replaceAll(/[\n\t]/g, "")) && !isText(line)) wrong.push("says controls as they are");
  if (line.command.startsWith("hook ")) wrong.push(...answered(line, ran));
  else if (code !== 0 && `${out}${err}`.trim() === "" && line.words.length === 0) wrong.push("fails without a word");
  return wrong;
}

/** Prints a script of ours, in which anything may stand. */
function isText({ name }: Line): boolean {
  return name === "shell" || name === "complete bash" || name === "help lock";
}

function answered(line: Line, ran: Ran): readonly string[] {
  const answer = answerTo(ran, line.name.split(" ")[2] ?? "");
  return answer instanceof Error ? [answer.message] : [];
}

/** A hook's answer; undefined for one that no hook may give, which is a problem of its own. */
export function told(ran: Ran, event: string): Told | undefined {
  const answer = answerTo(ran, event);
  return answer instanceof Error ? undefined : answer;
}

function answerTo({ code, signal, out, err }: Ran, event: string): Told | Error {
  try {
    return answerOf({ exitCode: code, signal, stdout: out, stderr: err }, { hook_event_name: event });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
