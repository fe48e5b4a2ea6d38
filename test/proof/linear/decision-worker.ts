/** Adds decisions, one after the other, and says on a line of its log which it begins and which it was given. */
import { addDecision } from "../../../src/app/add-decision.ts";
import { openApp } from "../../../src/app/context.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { failed, type Sys } from "../../../src/platform/sys/types.ts";
import { writeAll } from "../../../src/platform/text-file.ts";
import * as v from "valibot";
import { descriptionOf, type AdderLine } from "./decision-adders.ts";
import { isDecisionMutant, withDecisionMutant, type DecisionMutant } from "./decision-mutants.ts";

const orderSchema = v.object({
  dir: v.string(),
  log: v.string(),
  name: v.string(),
  from: v.number(),
  count: v.number(),
  mutant: v.custom<DecisionMutant>((text) => typeof text === "string" && isDecisionMutant(text)),
});

export type AdderOrder = v.InferOutput<typeof orderSchema>;

/** Between looking at what is logged and publishing it, up to so long: others come in between. */
const LINGER_MS = 20;

function lingering(sys: Sys): Sys {
  return {
    ...sys,
    rename: (from, to) => {
      if (to.endsWith("/decision-log.json")) sys.sleepMs(Math.random() * LINGER_MS);
      return sys.rename(from, to);
    },
  };
}

async function main([text]: readonly string[]): Promise<void> {
  const { dir, log, name, from, count, mutant } = v.parse(v.pipe(v.string(), v.parseJson(), orderSchema), text);
  const native = await loadNative();
  const sys = lingering(native.sys);
  const fd = sys.open(log, "append");
  if (failed(fd)) throw new Error(`cannot write ${log}: ${fd}`);
  const say = (line: AdderLine): void => {
    const problem = writeAll(sys, fd, new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    if (problem !== "") throw new Error(`cannot write ${log}: ${problem}`);
  };
  let title = "";
  let isEarly = false;
  const opened = await openApp({ native: { ...native, sys }, env: process.env, cwd: dir });
  const app = withDecisionMutant(opened, mutant, (id) => {
    isEarly = true;
    say({ title, id });
  });
  const me = commandIdentity(app, name, undefined);
  // One whose starter was killed ends too.
  const parent = process.ppid;
  for (let n = from; n < from + count && process.ppid === parent; n += 1) {
    title = `${name} ${n}`;
    say({ title });
    const options = { me, category: "testing", newCategory: false, title, description: descriptionOf(title) };
    const { record } = await addDecision(app, options);
    if (!isEarly) say({ title, id: record.decision_id });
  }
}

void main(process.argv.slice(2));
