import { hookDeadlineMs, isHookVerb } from "../../domain/hook-verb.ts";
import { pathWord } from "../../domain/quote.ts";
import { failing, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";
import type { OwnHandler } from "./settings.ts";

/**
 * The client ends a hook at its `timeout`, and lets the call go on: one that is shorter than what the hook may take
 * switches the protection off just when it is needed. Without a `timeout` the client's own is long enough.
 */
export function timeoutRemarks(scene: Scene, own: readonly OwnHandler[]): readonly Remark[] {
  return own.flatMap((handler) => {
    const { hook, event, timeoutMs, isByInstall, scope, file } = handler;
    if (timeoutMs === undefined || !isHookVerb(hook)) return [];
    const waitMs = hook === "check" ? scene.app.config.waitMs : 0;
    const leastMs = hookDeadlineMs(hook) + waitMs;
    if (timeoutMs >= leastMs) return [];
    const least = Math.ceil(leastMs / 1000);
    const takes = `it may take ${least} s${waitMs > 0 ? `, of which it waits ${waitMs / 1000} s for a lock` : ""}`;
    const text = `Claude Code ends ${hook} at ${event} after ${timeoutMs / 1000} s, in ${scope} scope, and ${takes}`;
    const byHand = `set its "timeout" to ${least} or more in ${pathWord(file)}`;
    const next = isByInstall ? scene.typed(`install --scope ${scope}`) : byHand;
    return [hook === "check" ? failing(`${text}: then nothing stops the write`, next) : warning(text, next)];
  });
}
