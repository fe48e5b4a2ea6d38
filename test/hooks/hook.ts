/** Runs one hook of the compiled binary and takes its answer apart, as strictly as the strictest client would. */
import * as v from "valibot";
import { BINARY, type Vars } from "./project.ts";

/** What the client would show: to the model (denied, context) and to the user (message). */
export interface Told {
  readonly denied: string | undefined;
  readonly context: string | undefined;
  readonly message: string | undefined;
}

export const SILENCE: Told = { denied: undefined, context: undefined, message: undefined };

/** What no text for a model or a terminal may hold: controls (but for line ends), bidi, zero-width and tag characters. */
export const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;

/** Far above every deadline of a hook: only one that hangs gets here. */
const HANGS_MS = 15_000;

/**
 * Everything that coord may ever say (DESIGN section 5): a denial, a context, a line for the user. No other key, and no
 * `allow`, which would skip the user's own permission prompt.
 */
const denial = v.strictObject({
  hookEventName: v.literal("PreToolUse"),
  permissionDecision: v.literal("deny"),
  permissionDecisionReason: v.pipe(v.string(), v.minLength(1)),
});
const context = v.strictObject({ hookEventName: v.string(), additionalContext: v.pipe(v.string(), v.minLength(1)) });
const answerSchema = v.strictObject({
  systemMessage: v.optional(v.pipe(v.string(), v.minLength(1))),
  hookSpecificOutput: v.optional(v.union([denial, context])),
});

export interface Place {
  readonly cwd: string;
  readonly env: Vars;
}

/** Starts `coord hook <verb>` with `input` on stdin. Throws for whatever no hook may do, whatever its input. */
export async function runHook(
  verb: string,
  input: unknown,
  place: Place,
  argv = [BINARY, "hook", verb],
): Promise<Told> {
  return answerOf(await rawHook(input, place, argv), input);
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function rawHook(input: unknown, place: Place, argv: readonly string[]): Promise<Ended> {
  const bytes = typeof input === "string" || input instanceof Uint8Array ? input : `${JSON.stringify(input)}\n`;
  const child = Bun.spawn([...argv], {
    ...place,
    stdin: new Blob([bytes]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: HANGS_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { exitCode: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** Exit code 0, stderr empty, stdout empty or exactly one line of known shape that belongs to the event. */
export function answerOf({ exitCode, signal, stdout, stderr }: Ended, input: unknown): Told {
  const wrong = (what: string): Error =>
    new Error(`The hook ${what}: ${JSON.stringify({ exitCode, signal, stdout, stderr })}`);
  if (exitCode !== 0 || stderr !== "") throw wrong("did not end as a hook must");
  if (stdout === "") return SILENCE;
  if (!/^\{[^\n]*\}\n$/.test(stdout)) throw wrong("printed more than one line, or no object");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), stdout);
  if (!parsed.success) throw wrong(`answered in no known form (${parsed.issues[0].message})`);
  const { systemMessage, hookSpecificOutput: output } = parsed.output;
  if (systemMessage?.includes("\n") === true) throw wrong("told the user more than one line");
  if (output === undefined) return { ...SILENCE, message: systemMessage };
  const event = v.safeParse(v.looseObject({ hook_event_name: v.literal(output.hookEventName) }), input);
  if (!event.success) throw wrong("answered for another event");
  return "permissionDecision" in output
    ? { denied: output.permissionDecisionReason, context: undefined, message: systemMessage }
    : { denied: undefined, context: output.additionalContext, message: systemMessage };
}
