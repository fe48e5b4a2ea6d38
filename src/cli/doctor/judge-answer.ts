import { hookAnswerSchema, type PrintedAnswer } from "../../schema/hook-answer.ts";
import { parseValid } from "../../schema/valid.ts";
import type { Ended } from "./run-child.ts";

/** Longer texts of a program are cut here. Characters. */
const SHOWN = 200;

/** What is wrong with a hook's answer for a file that `holder` has; undefined: it denies, and says who. */
export function judgeHeld(ended: Ended, holder: string): string | undefined {
  const bad = notEnded(ended);
  if (bad !== undefined || ended.kind !== "ended") return bad;
  const { stdout } = ended;
  if (stdout.trim() === "") return `let the write pass without a word${errorsOf(ended.stderr)}`;
  const answer = answerIn(stdout);
  if (answer === undefined) return `printed something else than one JSON object: ${shown(stdout)}`;
  const { permissionDecision, permissionDecisionReason: reason = "" } = answer.hookSpecificOutput ?? {};
  if (permissionDecision !== "deny") return `let the write pass${saying(answer)}`;
  return reason.includes(holder) ? undefined : `denied the write, but not because of the lock: ${shown(reason)}`;
}

/** The same for a file that is free; undefined: it was silent. */
export function judgeFree(ended: Ended): { readonly level: "warning" | "error"; readonly text: string } | undefined {
  const bad = notEnded(ended);
  if (bad !== undefined || ended.kind !== "ended") return bad === undefined ? undefined : { level: "error", text: bad };
  if (ended.stdout === "") return undefined;
  const answer = answerIn(ended.stdout);
  if (answer === undefined) {
    return { level: "error", text: `printed something else than one JSON object: ${shown(ended.stdout)}` };
  }
  const { permissionDecision, permissionDecisionReason: reason = "" } = answer.hookSpecificOutput ?? {};
  return permissionDecision === undefined
    ? { level: "warning", text: `is not silent${saying(answer)}` }
    : { level: "error", text: `answered "${permissionDecision}": ${shown(reason)}` };
}

function notEnded(ended: Ended): string | undefined {
  switch (ended.kind) {
    case "not-started":
      return `cannot be started: ${ended.why}`;
    case "hung":
      return `did not end within ${ended.deadlineMs / 1000} s`;
    case "ended":
      if (ended.exitCode === 0) return undefined;
      return ended.exitCode === null
        ? `was ended by ${ended.signal ?? "a signal"}`
        : `ended with exit code ${ended.exitCode}${errorsOf(ended.stderr)}`;
  }
  return ended satisfies never;
}

function answerIn(stdout: string): PrintedAnswer | undefined {
  const parsed = parseValid(hookAnswerSchema, stdout);
  return parsed.ok && stdout.trimStart().startsWith("{") ? parsed.value : undefined;
}

function saying({ systemMessage }: PrintedAnswer): string {
  return systemMessage === undefined ? "" : `, saying: ${shown(systemMessage)}`;
}

function errorsOf(stderr: string): string {
  return stderr.trim() === "" ? "" : `: ${shown(stderr)}`;
}

function shown(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
