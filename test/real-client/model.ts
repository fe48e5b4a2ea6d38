/**
 * A stand-in for the Messages API on loopback, so that the real client runs offline and does exactly what a script
 * says. Its answers follow from the request alone (script.ts); what it holds is only what several conversations share:
 * the barriers that force a race, the gates that the test opens, and the log of what each model was shown.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { requestSchema, roundsOf, type Request, type Round } from "./messages.ts";
import { nextTurn, scriptIn, type Call, type Hold, type Script, type Turn } from "./script.ts";

const POLL_MS = 5;

export type Model = {
  readonly url: string;
  /** Lets every turn that waits for this gate go on, now and later. */
  readonly open: (gate: string) => void;
  /** The rounds that this conversation's model was shown, the first with the prompt. Empty before it began. */
  readonly shown: (name: string) => readonly Round[];
  /** When this conversation's model was first shown each of its rounds: milliseconds of `performance.now()`. */
  readonly shownAt: (name: string) => readonly number[];
  /** Names of all conversations so far, in the order of their first request. */
  readonly names: () => readonly string[];
  /** Resolves when this conversation's model has been shown what followed its `turns`-th turn. */
  readonly reached: (name: string, turns: number) => Promise<void>;
  /** Answers whatever still waits, and ends the server. */
  readonly stop: () => Promise<void>;
};

const randomId = (prefix: string): string => prefix + crypto.randomUUID().replaceAll("-", "").slice(0, 20);

type Content =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: Call["input"] };

function contentOf(turn: Turn): readonly Content[] {
  if (turn.calls.length === 0) return [{ type: "text", text: turn.text }];
  return turn.calls.map(({ tool, input }) => ({ type: "tool_use", id: randomId("toolu_"), name: tool, input }));
}

/** A block as the stream has it: first empty, then filled by one delta. */
function streamed(block: Content): { readonly empty: Content; readonly delta: object } {
  if (block.type === "text") return { empty: { ...block, text: "" }, delta: { type: "text_delta", text: block.text } };
  const delta = { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
  return { empty: { ...block, input: {} }, delta };
}

/** The turn as one JSON message, or as the stream of events that the client asks for. */
function answer(request: Request, turn: Turn): Response {
  const content = contentOf(turn);
  const stopReason = turn.calls.length > 0 ? "tool_use" : "end_turn";
  const usage = { input_tokens: 10, output_tokens: 5 };
  const head = { id: randomId("msg_"), type: "message", role: "assistant", model: request.model, stop_sequence: null };
  if (!request.stream) return Response.json({ ...head, content, stop_reason: stopReason, usage });
  const message = { ...head, content: [], stop_reason: null, usage };
  const events: ({ readonly type: string } & Readonly<Record<string, unknown>>)[] = [
    { type: "message_start", message },
  ];
  for (const [index, block] of content.entries()) {
    const { empty, delta } = streamed(block);
    events.push({ type: "content_block_start", index, content_block: empty });
    events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  events.push({ type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage });
  events.push({ type: "message_stop" });
  const lines = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return new Response(lines.join(""), { headers: { "content-type": "text/event-stream" } });
}

/** The script is in the prompt and so in the first round; tool results, which foreigners write, are not looked at. */
function scriptOf(request: Request, rounds: readonly Round[]): Script | undefined {
  if (request.tools.length === 0) return undefined; // the client's own small questions, such as a title
  return scriptIn(rounds[0]?.notes.join("\n") ?? "");
}

export function startModel(): Model {
  const log = new Map<string, readonly Round[]>();
  const times = new Map<string, number[]>();
  const arrivals = new Map<string, Set<string>>();
  const gates = new Set<string>();
  let stopped = false;

  async function until(condition: () => boolean): Promise<void> {
    while (!stopped && !condition()) await sleep(POLL_MS);
  }

  async function hold(name: string, wait: Hold): Promise<void> {
    const { barrier, gate, file } = wait;
    if (barrier !== undefined) {
      const there = arrivals.get(barrier.name) ?? new Set();
      arrivals.set(barrier.name, there.add(name));
      await until(() => there.size >= barrier.count);
    }
    if (gate !== undefined) await until(() => gates.has(gate));
    if (file !== undefined) await until(() => existsSync(file));
    if (wait.delayMs !== undefined && !stopped) await sleep(wait.delayMs);
  }

  /** A request that is sent again has been shown already. */
  function noteTime(name: string, rounds: number): void {
    const known = times.get(name) ?? [];
    times.set(name, known);
    while (known.length < rounds) known.push(performance.now());
  }

  async function messages(body: unknown): Promise<Response> {
    const request = v.parse(requestSchema, body);
    const rounds = roundsOf(request);
    const script = scriptOf(request, rounds);
    if (script === undefined) return answer(request, { kind: "turn", calls: [], text: "ok" });
    log.set(script.name, rounds);
    noteTime(script.name, rounds.length);
    const turn = nextTurn(
      script,
      rounds.slice(1).map((round) => round.results.every((result) => !result.isError)),
    );
    await hold(script.name, turn);
    return answer(request, turn);
  }

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0, // a turn at a barrier may be silent for longer than any idle limit
    async fetch(request) {
      const path = new URL(request.url).pathname;
      if (path.endsWith("/count_tokens")) return Response.json({ input_tokens: 10 });
      if (path === "/v1/messages") return await messages(await request.json());
      return Response.json(
        { type: "error", error: { type: "not_found_error", message: "no such route" } },
        { status: 404 },
      );
    },
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    open: (gate) => void gates.add(gate),
    shown: (name) => log.get(name) ?? [],
    shownAt: (name) => times.get(name) ?? [],
    names: () => [...log.keys()],
    reached: (name, turns) => until(() => (log.get(name)?.length ?? 0) > turns),
    stop: async () => {
      stopped = true;
      await server.stop(true);
    },
  };
}
