/** What coord can say when something is wrong, as its sources have it, and what docs/TROUBLESHOOTING.md answers. Pure. */
import { literalsIn, type Literal } from "./literals.ts";

export interface Message {
  /** With `…` for what differs. */
  readonly text: string;
  /** `src/app/paths.ts:31` */
  readonly at: string;
}

/** Files whose texts are answers, help and words for programs, and no messages. */
const ANSWERS = /^src\/(?:schema\/|cli\/(?:completion\/|help|tree|watch-frame|[a-z]+-view\.ts))/;

/** Keys and calls whose texts explain a command, say what to type, or that all is well. */
const NOT_WRONG: ReadonlySet<string> = new Set([
  "description",
  "notes",
  "examples",
  "hint",
  "valueHint",
  "next",
  "cure",
  "fine",
  "withProgress",
  "RegExp",
]);

/** Where a text that begins with a small letter is a message and no part of one. */
const SAID_AS_IT_IS: ReadonlySet<string> = new Set(["coordError", "report", "warnings", "text", "systemMessage"]);

/** Fewer fixed words are no sentence. */
const FEWEST_WORDS = 2;
const FEWEST_WORDS_OF_SMALL = 4;

export function messagesIn(file: string, source: string): readonly Message[] {
  if (ANSWERS.test(file)) return [];
  return literalsIn(source).flatMap((literal) =>
    isMessage(literal) ? [{ text: literal.text, at: `${file}:${literal.line}` }] : [],
  );
}

function isMessage({ text, within }: Literal): boolean {
  if (within.some((name) => NOT_WRONG.has(name)) || text.includes("Usage:")) return false;
  const words = text.match(/[a-z]{2,}/gi)?.length ?? 0;
  if (/^["…A-Z-]/.test(text)) return words >= FEWEST_WORDS && /\s/.test(text);
  const isSaid =
    SAID_AS_IT_IS.has(within.at(-1) ?? "") || /^(?:coord|not a git|hooks do not|work-registry)\b/.test(text);
  return isSaid && words >= FEWEST_WORDS_OF_SMALL;
}

/** Each line of each block of `text` in the document: a pattern that it answers. */
export function answeredIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```text\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line !== ""),
  );
}

export interface Compared {
  readonly unanswered: readonly Message[];
  /** Lines of the document that no message looks like. */
  readonly strangers: readonly string[];
}

/** A line answers the messages that it may be one of; it may say more exactly what stands for `…`. */
export function compare(messages: readonly Message[], answers: readonly string[]): Compared {
  const answered = new Set<Message>();
  const used = new Set<string>();
  const patterns = messages.map((message) => ({ message, pattern: patternOf(message.text) }));
  for (const answer of answers) {
    for (const { message, pattern } of patterns) {
      if (!pattern.test(answer)) continue;
      answered.add(message);
      used.add(answer);
    }
  }
  return {
    unanswered: messages.filter((message) => !answered.has(message)),
    strangers: answers.filter((answer) => !used.has(answer)),
  };
}

function patternOf(text: string): RegExp {
  const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/…+/g, ".*");
  return new RegExp(`^${literal.trim()}$`, "s");
}
