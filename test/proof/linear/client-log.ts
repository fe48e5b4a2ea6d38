/**
 * The log of one client: a line before each operation, a line after it. It is the client's own, so that a client that
 * is killed leaves a call without an answer, and at most half of its last line.
 */
import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { failed, type Sys } from "../../../src/platform/sys/types.ts";
import { writeAll } from "../../../src/platform/text-file.ts";
import { VERBS, type Answer, type Asked, type Holding } from "./history.ts";

const name = v.pipe(v.string(), v.minLength(1));
const holdings = v.array(v.custom<Holding>((text) => typeof text === "string" && /^.+#\d+$/.test(text)));
const answerSchema = v.object({
  is: v.picklist([
    "granted",
    "held",
    "released",
    "free",
    "other",
    "renewed",
    "nothing",
    "mine",
    "expired",
    "lost",
    "busy",
    "failed",
  ]),
  fences: v.optional(v.array(v.number())),
  by: v.optional(holdings),
  holder: v.optional(name),
  took: v.optional(holdings),
  to: v.optional(name),
  forced: v.optional(v.nullable(name)),
  message: v.optional(v.string()),
});

const lineSchema = v.union([
  v.object({
    at: v.number(),
    verb: v.picklist(VERBS),
    paths: v.array(v.number()),
    target: v.optional(v.number()),
  }),
  v.object({ at: v.number(), answer: answerSchema }),
]);

/** What a client is about to do. */
export type Call = Pick<Asked, "verb" | "paths" | "target">;

export interface ClientLog {
  readonly called: (call: Call) => void;
  readonly answered: (answer: Answer) => void;
}

export function clientLog(sys: Sys, path: string): ClientLog {
  const fd = sys.open(path, "append");
  if (failed(fd)) throw new Error(`cannot write ${path}: ${fd}`);
  const write = (line: object): void => {
    const problem = writeAll(sys, fd, new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    if (problem !== "") throw new Error(`cannot write ${path}: ${problem}`);
  };
  return {
    // The time is taken outside of the operation at both ends: what is logged is never shorter than it was.
    called: (call) => write({ at: sys.monotonicMs(), ...call }),
    answered: (answer) => write({ at: sys.monotonicMs(), answer }),
  };
}

/** What the client has done. A line that was cut short was never written. */
export function readLog(path: string, client: string): readonly Asked[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  const done: Asked[] = [];
  for (const line of text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1)) {
    const entry = v.parse(v.pipe(v.string(), v.parseJson(), lineSchema), line);
    if ("verb" in entry) {
      const { at, verb, paths, target } = entry;
      done.push({ client, verb, paths, target, from: at, until: undefined, answer: undefined });
      continue;
    }
    const last = done.pop();
    if (last === undefined || last.answer !== undefined) throw new Error(`${client} answers what nobody asked`);
    done.push({ ...last, until: entry.at, answer: entry.answer });
  }
  return done;
}
