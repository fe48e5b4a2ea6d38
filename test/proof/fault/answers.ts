/** What a command or a hook may do and say when the system refuses it something: DESIGN sections 4 and 5. */
import type { Expected, Undisturbed } from "./aftermath.ts";
import { answerOf } from "../../hooks/hook.ts";
import type { Case } from "./case.ts";
import { withoutChance } from "./picture.ts";
import type { Injected, Ran } from "./strace.ts";

/** What no message may hold: the inside of the program. */
const INSIDE = /undefined|\[object |\bNaN\b|\n {2,}at |TypeError|ReferenceError|defect of coord|\.ts:\d|\$bunfs/;
const TOLD = /^(?:(?:coord: warn|Warning): [^\n]+\n)*(?:Error: [^\n]+\nNext: [^\n]+\n|coord run: [^\n]+\n)?$/;
const TOLD_JSON = /^(?:coord: warn: [^\n]+\n)*(?:\{"error":\{[^\n]+\}\}\n)?$/;
/** RELIABILITY section 4 (8): the ways in which a failure says that it has been done all the same. */
const SAYS_SO =
  /the next command finishes it|Done, but|is logged, but|The guard was taken|"answered":false|; released: |written before: |released before: |removed before: |taken over before|a part of the change is made|are taken over, but/;

/** What follows from the way in which it answered. */
export function expected(one: Case, was: Undisturbed, ran: Ran): Expected {
  if (wentOnWithDefaults(one, ran)) return "sound";
  return claimsDone(one, was, ran) ? "all" : "whole";
}

/** True when it answered as if nothing had happened. */
function claimsDone(one: Case, was: Undisturbed, ran: Ran): boolean {
  // One that warns of what it could not read or bring along has said that it is not whole.
  if (!isHook(one)) return ran.code === was.code && was.code === 0 && sameAnswer(ran.err, was.err);
  // What is denied is not done: beside the denial nothing was promised.
  return sameAnswer(ran.out, was.out) && ran.code === 0 && !denies(was.out);
}

/** True when it went on with the defaults, and said so: then another life of locks and another hold policy was in force. */
function wentOnWithDefaults(one: Case, ran: Ran): boolean {
  return isHook(one) && ran.out.includes("Until then the defaults hold.");
}

/** What is wrong with the way in which it ended. `changed`: the parts that are as if it had succeeded. */
export function judge(one: Case, was: Undisturbed, ran: Injected, changed: readonly string[]): readonly string[] {
  if (ran.hung) return ["(5) it hangs"];
  if (ran.code === undefined) return ["it was ended by a signal"];
  return isHook(one) ? judgeHook(one, was, ran) : judgeCommand(one, was, ran, changed);
}

function isHook({ step }: Case): boolean {
  return step.words[0] === "hook";
}

function judgeCommand(one: Case, was: Undisturbed, ran: Ran, changed: readonly string[]): readonly string[] {
  const { code, out, err } = ran;
  const said = `${code}: ${out}${err}`;
  const problems: string[] = [];
  if (INSIDE.test(err) || (INSIDE.test(out) && !INSIDE.test(was.out))) problems.push(`it shows its inside, ${said}`);
  // What it finds wrong is its answer, and why a shell completes nothing is not said into the line that is typed.
  if (one.name.startsWith("doctor") ? out !== "" : one.name === "complete, words") return problems;
  const told = one.step.words.includes("--json") ? TOLD_JSON : TOLD;
  // The tools of the bash edition say there as well what they are about to do.
  const rest = err.startsWith(was.err) ? err.slice(was.err.length) : err;
  if (code !== was.code && !told.test(rest)) problems.push(`its message is not of the known form, ${said}`);
  if (code === was.code) {
    // A reader that could not read all of it has to say so.
    if (!sameAnswer(out, was.out) && err === "") problems.push(`(8) another answer, as if it were whole, ${said}`);
    return problems;
  }
  if (code === 0) return [...problems, `(8) success where there was ${was.code}, ${said}`];
  if (err === "") problems.push(`it says nothing, ${said}`);
  // That the dead are forgotten on the way is nobody's wish there.
  const done = /status|list_instances/.test(one.name) ? [] : changed.filter(isAskedFor);
  if (done.length > 0 && !SAYS_SO.test(err)) problems.push(`(8) done (${done.join()}), and does not say so, ${said}`);
  return problems;
}

/** What is only brought along, such as a registration on the fly or the schemas of the state, need not be told of. */
function isAskedFor(part: string): boolean {
  return /^(?:lock|decision) |^file (?:home|project\/\.claude\/settings)/.test(part);
}

/** Fails open, loudly: it lets the call go on and says so in one line; or it denies; or nothing has happened at all. */
function judgeHook(one: Case, was: Undisturbed, ran: Injected): readonly string[] {
  const said = `${ran.code}: ${ran.out}${ran.err}`;
  // Where it cannot speak, only a denial still reaches the client.
  if (ran.hit?.paths.some((path) => path.endsWith("/stdout")) === true) {
    const holds = ran.code === (denies(was.out) ? 2 : 0) && ran.out === "" && (ran.err === "") !== denies(was.out);
    return holds ? [] : [`(8) what it cannot say is lost, ${said}`];
  }
  try {
    const input: unknown = JSON.parse((one.step.stdin ?? "").replaceAll(/\$[A-Z]+/g, "/x"));
    const told = answerOf({ exitCode: ran.code ?? null, signal: null, stdout: ran.out, stderr: ran.err }, input);
    const text = [told.denied, told.context, told.message].join("\n");
    // News are read off the history, which is best effort.
    if (ran.hit?.paths.some((path) => path.endsWith("/events.jsonl")) === true) return [];
    if (INSIDE.test(text)) return [`it shows its inside, ${said}`];
    if (sameAnswer(ran.out, was.out) || told.message !== undefined) return [];
    // Its own denial holds; what it has found out on the way may be less than usual.
    if (told.denied !== undefined && denies(was.out)) return [];
    return [`(8) another answer, and no word of why, ${said}`];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function denies(out: string): boolean {
  return out.includes('"permissionDecision":"deny"');
}

/** The same but for times, random names, and the processes that are named. */
function sameAnswer(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(text: string): string {
  return (
    withoutChance(text)
      .replaceAll(/"(age_ms|expires_in_ms)":-?\d+/g, '"$1":0')
      // Git's to know, and left out when it cannot be asked.
      .replaceAll(/,? ?branch \\?"[^"]*"|"branch":(?:null|"[^"]*")/g, "")
      .replaceAll(/\b\d\d:\d\d(?::\d\d)?\b/g, "CLOCK")
      .replaceAll(/\b\d+ ?(?:ms|s|m|min|h|seconds?|minutes?|hours?)\b/g, "SPAN")
  );
}
