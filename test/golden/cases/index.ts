import { DECISIONS } from "./decisions.ts";
import { HOOK } from "./hook.ts";
import { INSTANCE } from "./instance.ts";
import { LOCK } from "./lock.ts";
import { ROOT } from "./root.ts";
import type { Cases } from "./table.ts";

export const CASES: Cases = { ...ROOT, ...INSTANCE, ...LOCK, ...DECISIONS, ...HOOK };
