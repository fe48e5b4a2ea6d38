import configSchema from "../../schemas/config.schema.json" with { type: "json" };
import decisionCounterSchema from "../../schemas/decision-counter.schema.json" with { type: "json" };
import decisionLogSchema from "../../schemas/decision-log.schema.json" with { type: "json" };
import decisionSchema from "../../schemas/decision.schema.json" with { type: "json" };
import eventSchema from "../../schemas/event.schema.json" with { type: "json" };
import floorSchema from "../../schemas/floor.schema.json" with { type: "json" };
import instanceSchema from "../../schemas/instance.schema.json" with { type: "json" };
import journalSchema from "../../schemas/journal.schema.json" with { type: "json" };
import ledgerSchema from "../../schemas/ledger.schema.json" with { type: "json" };
import lockSchema from "../../schemas/lock.schema.json" with { type: "json" };
import { publish } from "../store/file/atomic-file.ts";
import { makeFolder } from "../store/file/folders.ts";
import { layoutOf } from "../store/file/layout.ts";
import type { App } from "./context.ts";

const SCHEMAS = {
  config: configSchema,
  decision: decisionSchema,
  "decision-counter": decisionCounterSchema,
  "decision-log": decisionLogSchema,
  event: eventSchema,
  floor: floorSchema,
  instance: instanceSchema,
  journal: journalSchema,
  ledger: ledgerSchema,
  lock: lockSchema,
};

/** Lays the JSON schemas of the state's files beside them, for editors and for those who read the state. */
export function publishSchemas({ sys, workspace }: App): void {
  const { schemas, tmp } = layoutOf(workspace.stateDir);
  makeFolder(sys, schemas);
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    publish({ sys, tmp }, `${schemas}/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
  }
}
