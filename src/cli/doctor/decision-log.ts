import { pathWord } from "../../domain/quote.ts";
import { auditDecisions } from "../../store/file/audit-decisions.ts";
import { layoutOf } from "../../store/file/layout.ts";
import { counted } from "../show-text.ts";
import type { Check } from "./check.ts";
import { fine, warning, type Remark } from "./finding.ts";

/** Named one by one up to this many. */
const SHOWN = 5;

/** Every file in the decision log is a decision under its own name. */
export const decisionLog: Check = {
  name: "decisions",
  needsState: true,
  look: async ({ app, typed }) => {
    const { sound, foreign, broken } = auditDecisions(app.sys, layoutOf(app.workspace.stateDir));
    const found = [
      ...foreign.map((path) => aside(`"${path}" in the decision log is no decision by its name`, path)),
      ...broken.map(({ path, reason }) => aside(`The decision "${path}" cannot be used: ${reason}`, path)),
    ];
    if (found.length === 0) return [fine(`${counted(sound, "decision")} logged, and all can be read`)];
    const more = found.length - SHOWN;
    return more > 0 ? [...found.slice(0, SHOWN), warning(`${more} more like these`, typed("doctor"))] : found;
  },
};

/** Only a person knows what it is good for: it is moved out of the log, not removed. */
function aside(text: string, path: string): Remark {
  return warning(text, `mv ${pathWord(path)} ~`);
}
