/**
 * What a scripted model does, as data. The prompt of a conversation carries its whole script, and the next turn
 * follows from the script and the results so far; so the model that plays it keeps no state per conversation, and
 * a request that the client sends twice gets the same answer twice.
 */
import * as v from "valibot";

/** One tool call, with the tool's own input. */
export type Call = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };

/** What has to be so before the turn is answered. All of it, in this order. */
export type Hold = {
  /** Until so many conversations stand at the barrier of this name. */
  readonly barrier?: { readonly name: string; readonly count: number };
  /** Until the test opens the gate of this name. */
  readonly gate?: string;
  /** Until this file exists. */
  readonly file?: string;
  readonly delayMs?: number;
};

/** One answer of the model: tool calls, or the text that ends its turn when there are none. */
export type Turn = { readonly kind: "turn"; readonly calls: readonly Call[]; readonly text: string } & Hold;

/** Plays `items` until their last turn works, `times` at most. */
export type Retry = { readonly kind: "retry"; readonly times: number; readonly items: readonly Item[] };

export type Item = Turn | Retry;

/** `name` must be unique among the conversations of one model: it is what the log and the barriers know them by. */
export type Script = { readonly name: string; readonly items: readonly Item[] };

export function call(tool: string, input: Call["input"], hold: Hold = {}): Turn {
  return { kind: "turn", calls: [{ tool, input }], text: "", ...hold };
}

/** Several calls in one turn. */
export function calls(list: readonly Call[], hold: Hold = {}): Turn {
  return { kind: "turn", calls: list, text: "", ...hold };
}

/** Ends the turn, unless a hook sends the model on. */
export function say(text: string, hold: Hold = {}): Turn {
  return { kind: "turn", calls: [], text, ...hold };
}

export function retry(times: number, items: readonly Item[]): Retry {
  return { kind: "retry", times, items };
}

export const read = (path: string, hold: Hold = {}): Turn => call("Read", { file_path: path }, hold);

export const write = (path: string, content: string, hold: Hold = {}): Turn =>
  call("Write", { file_path: path, content }, hold);

export const edit = (path: string, from: string, to: string, hold: Hold = {}): Turn =>
  call("Edit", { file_path: path, old_string: from, new_string: to }, hold);

function* play(items: readonly Item[]): Generator<Turn, boolean, boolean> {
  let worked = true;
  for (const item of items) {
    if (item.kind === "turn") {
      worked = yield item;
      continue;
    }
    for (let round = 0; round < item.times; round += 1) {
      worked = yield* play(item.items);
      if (worked) break;
    }
  }
  return worked;
}

/** The turn after the ones played so far, of which `outcomes` says whether all their calls worked. */
export function nextTurn(script: Script, outcomes: readonly boolean[]): Turn {
  const turns = play(script.items);
  let step = turns.next();
  for (const worked of outcomes) {
    if (step.done === true) break;
    step = turns.next(worked);
  }
  return step.done === true ? say("done") : step.value;
}

const holdEntries = {
  barrier: v.exactOptional(v.object({ name: v.string(), count: v.number() })),
  gate: v.exactOptional(v.string()),
  file: v.exactOptional(v.string()),
  delayMs: v.exactOptional(v.number()),
};
const turnSchema = v.object({
  kind: v.literal("turn"),
  calls: v.array(v.object({ tool: v.string(), input: v.record(v.string(), v.unknown()) })),
  text: v.string(),
  ...holdEntries,
});
const itemSchema: v.GenericSchema<Item> = v.variant("kind", [
  turnSchema,
  v.object({ kind: v.literal("retry"), times: v.number(), items: v.array(v.lazy(() => itemSchema)) }),
]);
const scriptSchema = v.object({ name: v.string(), items: v.array(itemSchema) });

const MARK = /\[\[script ([A-Za-z0-9_-]+)\]\]/;

/** A prompt for a session or a subagent: the task in words, then the script. */
export function promptFor(task: string, script: Script): string {
  return `${task} [[script ${Buffer.from(JSON.stringify(script)).toString("base64url")}]]`;
}

/** The script that a prompt carries, if it carries one. */
export function scriptIn(text: string): Script | undefined {
  const encoded = MARK.exec(text)?.[1];
  if (encoded === undefined) return undefined;
  return v.parse(scriptSchema, JSON.parse(Buffer.from(encoded, "base64url").toString()));
}
