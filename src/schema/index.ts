import type { GenericSchema } from "valibot";
import { describedConfigSchema } from "./config-about.ts";
import { decisionCounterSchema } from "./decision-counter.ts";
import { decisionLogSchema } from "./decision-log.ts";
import { decisionSchema } from "./decision.ts";
import { eventSchema } from "./event.ts";
import { floorSchema } from "./floor.ts";
import { hookInputSchema, readResponseSchema, toolInputSchema } from "./hook-input.ts";
import { instanceSchema } from "./instance.ts";
import { journalSchema } from "./journal.ts";
import { ledgerSchema } from "./ledger.ts";
import { lockSchema } from "./lock.ts";

/** Everything that is read from outside, by the name of its published JSON schema. */
export const diskSchemas: Readonly<Record<string, GenericSchema>> = {
  config: describedConfigSchema(),
  decision: decisionSchema,
  "decision-counter": decisionCounterSchema,
  "decision-log": decisionLogSchema,
  event: eventSchema,
  floor: floorSchema,
  "hook-input": hookInputSchema,
  instance: instanceSchema,
  journal: journalSchema,
  ledger: ledgerSchema,
  lock: lockSchema,
};

/** What is compiled into compiled.ts: all that a hook may have to read. */
export const compiledSchemas = [
  { check: "isEvent", schema: eventSchema, module: "./event.ts", name: "eventSchema" },
  { check: "isFloor", schema: floorSchema, module: "./floor.ts", name: "floorSchema" },
  { check: "isHookInput", schema: hookInputSchema, module: "./hook-input.ts", name: "hookInputSchema" },
  { check: "isReadResponse", schema: readResponseSchema, module: "./hook-input.ts", name: "readResponseSchema" },
  { check: "isToolInput", schema: toolInputSchema, module: "./hook-input.ts", name: "toolInputSchema" },
  { check: "isInstance", schema: instanceSchema, module: "./instance.ts", name: "instanceSchema" },
  { check: "isJournal", schema: journalSchema, module: "./journal.ts", name: "journalSchema" },
  { check: "isLedger", schema: ledgerSchema, module: "./ledger.ts", name: "ledgerSchema" },
  { check: "isLock", schema: lockSchema, module: "./lock.ts", name: "lockSchema" },
] as const;
