/** UserPromptSubmit: what happened since the last prompt, and the end of tool calls that were broken off. */
import { lookUp } from "../app/identity.ts";
import { heartbeat } from "../app/heartbeat.ts";
import { news } from "../app/news.ts";
import { releaseHeld } from "../app/release-held.ts";
import { withPrompt } from "../domain/registration.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { allApps, callerOf, homeApp, type HookContext } from "./session.ts";
import { newsText } from "./texts.ts";

export async function prompted(context: HookContext): Promise<HookAnswer> {
  const { input } = context;
  const home = await homeApp(context);
  if (home === undefined) return NOTHING;
  const prompt = input.prompt ?? "";
  const me = callerOf(home, context);
  const record = await heartbeat(home, me, { mayRegister: true, renew: true, change: (r) => withPrompt(r, prompt) });
  for (const app of await allApps(context)) {
    await releaseHeld(app, lookUp(app, app.store, callerOf(app, context)).id, ["tool"]);
  }
  const text = record === undefined ? undefined : newsText(await news(home, record));
  return text === undefined ? NOTHING : { say: "context", event: "UserPromptSubmit", text };
}
