import type { Case } from "../case.ts";
import { DECISIONS } from "./decisions.ts";
import { DROPIN } from "./dropin.ts";
import { HOOK } from "./hook.ts";
import { INSTANCE } from "./instance.ts";
import { LOCK } from "./lock.ts";
import { ROOT } from "./root.ts";

export const CASES: readonly Case[] = [...LOCK, ...HOOK, ...INSTANCE, ...DECISIONS, ...ROOT, ...DROPIN];
