import type { DecisionDraft } from "../../domain/decision.ts";
import {
  advanced,
  dayAfter,
  floorAbove,
  highestNumber,
  needsFloor,
  nextNumber,
} from "../../domain/decision-counter.ts";
import {
  dayOfTime,
  formatDecisionId,
  monthOfDecision,
  parseDecisionId,
  type DecisionId,
} from "../../domain/decision-id.ts";
import { decisionCounterSchema } from "../../schema/decision-counter.ts";
import { checkOf } from "../../schema/valid.ts";
import type { DecisionFiles } from "./decision-files.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { quarantine } from "./quarantine.ts";
import { outOfReach } from "./read-record.ts";
import { readSlots, writeSlot } from "./slots.ts";

const NAME = "decision-counter";
const isCounter = checkOf(decisionCounterSchema);

/** The counter as others last left it. Undefined when there is none that can be used. */
export function readCounter({ scratch, layout }: DecisionPorts, guarded = false) {
  return readSlots(scratch.sys, layout.top, NAME, isCounter, guarded).value;
}

/**
 * Gives out the next ID. The counter is advanced first, inside the guard, and nothing else is done there; where it
 * cannot say how far the day has gone, that is looked up in the folder before.
 */
export function reserveId(
  ports: DecisionPorts,
  files: DecisionFiles,
  draft: DecisionDraft,
  at: string,
  waitMs: number,
): DecisionId {
  const older = draft.supersedes === null ? undefined : parseDecisionId(draft.supersedes);
  const day = dayAfter(dayOfTime(at), older);
  const above = floorAbove(older, day);
  const looked = (): number => highestNumber(files.idsOf(monthOfDecision({ day, number: 0, suffix: "" })), day);
  let floor = needsFloor(readCounter(ports), day) ? looked() : undefined;
  for (;;) {
    const id = ports.guarded(waitMs, () => {
      const counter = usableCounter(ports);
      if (needsFloor(counter, day) && floor === undefined) return undefined;
      const number = nextNumber(counter, day, Math.max(above, floor ?? 0));
      const given = { day, number, suffix: randomSuffix() };
      const seq = (counter?.seq ?? 0) + 1;
      const text = JSON.stringify({ ...advanced(counter, day, number, formatDecisionId(given)), seq });
      writeSlot(ports.scratch, ports.layout.top, NAME, seq, `${text}\n`);
      return given;
    });
    if (id !== undefined) return id;
    floor = looked();
  }
}

/** Inside the guard: a broken one goes to `corrupt/`. Throws IO for one that cannot be read at the moment. */
function usableCounter({ scratch, layout, report }: DecisionPorts) {
  const { value, broken } = readSlots(scratch.sys, layout.top, NAME, isCounter, true);
  for (const slot of broken) {
    if (slot.passing) throw outOfReach(slot.path, slot.reason);
    report(quarantine(scratch, layout, slot));
  }
  // What was broken may have been the newer one.
  return broken.length === 0 ? value : undefined;
}

/** 24 bits by which those of one day and number are told apart. */
function randomSuffix(): string {
  return crypto.getRandomValues(new Uint8Array(3)).toHex();
}
