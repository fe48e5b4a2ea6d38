/** `hook init`: SessionStart, SubagentStart. */
import { lookUp } from "../app/identity.ts";
import { present } from "../app/presence.ts";
import { neighbours } from "../app/neighbours.ts";
import { tidy } from "../app/cleanup.ts";
import { rebuildRegistry } from "../app/work-registry.ts";
import { sweep } from "../app/sweep.ts";
import type { App } from "../app/context.ts";
import type { DecisionRecord } from "../domain/decision.ts";
import { layGitignore } from "../store/file/gitignore.ts";
import { layoutOf } from "../store/file/layout.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { commandWord } from "../app/command-path.ts";
import { callerOf, homeApp, type HookContext } from "./session.ts";
import { startText, subagentText, twinText } from "./start-text.ts";

export async function hookInit(context: HookContext): Promise<HookAnswer> {
  const app = await homeApp(context);
  if (app === undefined) return NOTHING;
  const me = callerOf(app, context);
  // Those who have died are gone before anybody is told who is here.
  await sweep(app, "dead");
  await tidy(app);
  const end = app.store.events(-1, 0).next;
  const { record, twin } = await app.store.transact((tx) => {
    const known = lookUp(app, tx, me);
    const taken = me.agentId === null && known.id !== me.id ? (tx.instance(me.id)?.process?.pid ?? null) : null;
    const here = present(app, known, me, { renew: true, change: (r) => ({ ...r, told_events: end }) });
    return { answer: { record: here.record, twin: taken }, instances: here.changes, events: here.events };
  }, app.wait);
  // Git has taken one that it sees, or a user who tidied up.
  layGitignore(app.sys, layoutOf(app.workspace.stateDir));
  rebuildRegistry(app);
  const parts = [
    twin === null ? undefined : twinText(record.instance_id, twin),
    record.parent === null ? undefined : subagentText(record.instance_id),
    startText(neighbours(app, record), await newestDecisions(app), commandWord(app)),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return NOTHING;
  return { say: "context", event: context.input.hook_event_name, text: parts.join("\n") };
}

/** As many as fit beside the others; those that were superseded say nothing any more. */
const TOLD_DECISIONS = 5;

/** Most projects have none: then nothing is loaded for them. */
async function newestDecisions(app: App): Promise<readonly DecisionRecord[]> {
  if (typeof app.sys.lstat(layoutOf(app.workspace.stateDir).decisions) === "string") return [];
  const { decisionsInForce } = await import("../app/decisions.ts");
  return decisionsInForce(app, TOLD_DECISIONS);
}
