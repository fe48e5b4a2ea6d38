import type { GenericSchema } from "valibot";
import { configSchema } from "./config.ts";
import { eventSchema } from "./event.ts";
import { floorSchema } from "./floor.ts";
import { hookInputSchema } from "./hook-input.ts";
import { instanceSchema } from "./instance.ts";
import { journalSchema } from "./journal.ts";
import { ledgerSchema } from "./ledger.ts";
import { lockSchema } from "./lock.ts";

/** Everything that is read from outside, by the name of its published JSON schema. */
export const diskSchemas: Readonly<Record<string, GenericSchema>> = {
  config: configSchema,
  event: eventSchema,
  floor: floorSchema,
  "hook-input": hookInputSchema,
  instance: instanceSchema,
  journal: journalSchema,
  ledger: ledgerSchema,
  lock: lockSchema,
};
