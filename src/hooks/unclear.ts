/** What to say of a tool call that writes, and whose input is not what that tool takes. */
import type { App } from "../app/context.ts";
import { coordError, type CoordError } from "../domain/errors.ts";
import { named } from "../domain/quote.ts";
import { NOTHING, withUserLine, type HookAnswer } from "./answer.ts";
import { failureAnswer } from "./failure.ts";
import { homeApp, type HookContext } from "./session.ts";

/** Nobody knows which file it writes. Where nobody has opted in that is nobody's business. */
export async function answerToUnclear(context: HookContext, why: string): Promise<HookAnswer> {
  const home = await homeApp(context);
  return home === undefined ? NOTHING : failureAnswer({ ...context, config: home.config }, unclear(context, why));
}

/** The file is known, so it is locked and checked as for a write of the whole. With `strict` it is denied unseen. */
export async function answerToUnclearPart(
  context: HookContext,
  { config }: App,
  why: string,
  check: () => Promise<HookAnswer>,
): Promise<HookAnswer> {
  const told = await failureAnswer(
    { ...context, config },
    unclear(context, why),
    "It was checked as one of the whole file.",
  );
  if (told.say === "deny") return told;
  const answer = await check();
  return told.say === "user" ? withUserLine(answer, told.text) : answer;
}

function unclear({ input }: HookContext, why: string): CoordError {
  const tool = input.tool_name ?? "";
  return coordError("USAGE", `A write by ${tool === "" ? "a tool" : named(tool)} is not understood: ${why}`);
}
