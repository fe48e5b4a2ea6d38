import { monthOfDecision, parseFullDecisionId } from "../../domain/decision-id.ts";
import type { Sys } from "../../platform/sys/types.ts";
import { decisionFiles, isMonth } from "./decision-files.ts";
import { namesIn } from "./folders.ts";
import type { Layout } from "./layout.ts";

export interface DecisionAudit {
  /** Decisions that can be used. */
  readonly sound: number;
  /** Paths that no decision would have. */
  readonly foreign: readonly string[];
  readonly broken: readonly { readonly path: string; readonly reason: string }[];
}

/** Looks at everything in the decision log; moves and reports nothing. Names that begin with a dot are git's or an editor's. */
export function auditDecisions(sys: Sys, layout: Layout): DecisionAudit {
  const { decisions } = layout;
  const files = decisionFiles(sys, layout);
  const foreign: string[] = [];
  const broken: { readonly path: string; readonly reason: string }[] = [];
  let sound = 0;
  for (const month of visible(sys, decisions)) {
    const folder = `${decisions}/${month}`;
    if (!isMonth(month)) {
      foreign.push(folder);
      continue;
    }
    for (const name of visible(sys, folder)) {
      const path = `${folder}/${name}`;
      const id = name.endsWith(".json") ? parseFullDecisionId(name.slice(0, -5)) : undefined;
      if (id === undefined || monthOfDecision(id) !== month) {
        foreign.push(path);
        continue;
      }
      const read = files.look(id);
      if (read.state === "broken") broken.push({ path, reason: read.reason });
      else sound += 1;
    }
  }
  return { sound, foreign, broken };
}

function visible(sys: Sys, folder: string): readonly string[] {
  return namesIn(sys, folder)
    .filter((name) => !name.startsWith("."))
    .toSorted();
}
