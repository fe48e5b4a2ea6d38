/** The part of a Messages API request that says what the model is shown, taken apart for scripts and assertions. */
import * as v from "valibot";

const blockSchema = v.looseObject({
  type: v.string(),
  text: v.optional(v.string()),
  id: v.optional(v.string()),
  name: v.optional(v.string()),
  input: v.optional(v.unknown()),
  tool_use_id: v.optional(v.string()),
  is_error: v.optional(v.nullable(v.boolean())),
  content: v.optional(v.unknown()),
});
type Block = v.InferOutput<typeof blockSchema>;

const messageSchema = v.looseObject({
  role: v.string(),
  content: v.pipe(
    v.union([v.string(), v.array(blockSchema)]),
    v.transform((content): Block[] => (typeof content === "string" ? [{ type: "text", text: content }] : content)),
  ),
});
type Message = v.InferOutput<typeof messageSchema>;

export const requestSchema = v.looseObject({
  model: v.string(),
  stream: v.optional(v.boolean(), false),
  tools: v.optional(v.array(v.unknown()), []),
  messages: v.array(messageSchema),
});
export type Request = v.InferOutput<typeof requestSchema>;

/** The result of one tool call, as the model is shown it. */
type Result = {
  readonly tool: string;
  readonly input: unknown;
  readonly text: string;
  readonly isError: boolean;
};

/** What came to the model between two of its turns: results, and whatever else the client put beside them. */
export type Round = { readonly results: readonly Result[]; readonly notes: readonly string[] };

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks = v.safeParse(v.array(blockSchema), content);
  return blocks.success ? blocks.output.map((block) => block.text ?? `(${block.type})`).join("\n") : "";
}

function roundOf(messages: readonly Message[], asked: ReadonlyMap<string, Block>): Round {
  const results: Result[] = [];
  const notes: string[] = [];
  for (const block of messages.flatMap((message) => message.content)) {
    if (block.type === "tool_result") {
      const use = asked.get(block.tool_use_id ?? "");
      const text = textOf(block.content);
      results.push({ tool: use?.name ?? "", input: use?.input, text, isError: block.is_error === true });
    } else if (block.text !== undefined) notes.push(block.text);
  }
  return { results, notes };
}

/** The rounds of a conversation in order: the first holds the prompt, each later one what followed a turn. */
export function roundsOf(request: Request): readonly Round[] {
  const asked = new Map<string, Block>();
  const rounds: Message[][] = [[]];
  let afterAssistant = false;
  for (const message of request.messages) {
    if (message.role === "assistant") {
      for (const block of message.content) if (block.id !== undefined) asked.set(block.id, block);
      afterAssistant = true;
      continue;
    }
    if (afterAssistant) rounds.push([]);
    afterAssistant = false;
    rounds.at(-1)?.push(message);
  }
  return rounds.map((messages) => roundOf(messages, asked));
}
