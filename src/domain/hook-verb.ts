import { any } from "./list.ts";

/** What Claude Code calls, as `coord hook VERB`: DESIGN section 5. */
export const HOOK_VERBS = ["init", "check", "release", "heartbeat", "cleanup"] as const;
export type HookVerb = (typeof HOOK_VERBS)[number];

/** DESIGN section 5: what a hook may take, to which a check may add its `wait`. Milliseconds. */
export function hookDeadlineMs(verb: HookVerb): number {
  return verb === "cleanup" ? 1000 : 2000;
}

export function isHookVerb(text: string | undefined): text is HookVerb {
  return any(HOOK_VERBS, (verb) => verb === text);
}
