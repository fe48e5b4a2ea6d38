import type { Answer } from "../answer.ts";
import { CHECKS } from "./checks.ts";
import { examine } from "./examine.ts";
import { interruptible } from "./interruptible.ts";
import { openScene } from "./scene.ts";
import { renderFindings, tallyOf } from "./view.ts";

/** Exit code when something does not hold. */
const UNSOUND = 1;

/** Looks at everything. Throws only when not even the current folder can be opened. */
export async function runDoctor(): Promise<Answer> {
  return interruptible(async (signal) => {
    const findings = await examine(await openScene(signal), CHECKS);
    const { ok, warnings, errors } = tallyOf(findings);
    return {
      exitCode: errors > 0 ? UNSOUND : 0,
      json: { findings, totals: { ok, warnings, errors } },
      text: (style) => renderFindings(findings, [], style),
    };
  });
}
