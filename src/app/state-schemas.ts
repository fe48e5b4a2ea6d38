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
import { failed } from "../platform/sys/types.ts";
import { readText } from "../platform/text-file.ts";
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

const MAX_SCHEMA = 1024 * 1024;

/** Lays the JSON schemas of the state's files beside them, for editors and for those who read the state. */
export function publishSchemas({ sys, workspace }: App): void {
  const { schemas, tmp } = layoutOf(workspace.stateDir);
  makeFolder(sys, schemas);
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    publish({ sys, tmp }, `${schemas}/${name}.schema.json`, textOf(schema));
  }
}

/** True when one of them is missing, or is another version's. */
export function schemasDiffer({ sys, workspace }: App): boolean {
  const { schemas } = layoutOf(workspace.stateDir);
  return Object.entries(SCHEMAS).some(([name, schema]) => {
    const read = readText(sys, `${schemas}/${name}.schema.json`, MAX_SCHEMA);
    return failed(read) || read.text !== textOf(schema);
  });
}

function textOf(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
