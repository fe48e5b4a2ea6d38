import { repair } from "../../app/repair.ts";
import type { Answer } from "../answer.ts";
import { CHECKS } from "./checks.ts";
import { examine } from "./examine.ts";
import { interruptible } from "./interruptible.ts";
import { openScene } from "./scene.ts";
import { renderFindings, tallyOf } from "./view.ts";

/** Exit code when something does not hold. */
const UNSOUND = 1;

export interface DoctorRequest {
  /** Put right first what can be put right without asking. */
  readonly fix: boolean;
}

/** Looks at everything. Throws only when not even the current folder can be opened. */
export async function runDoctor({ fix }: DoctorRequest): Promise<Answer> {
  return interruptible(async (signal) => {
    const before = await openScene(signal);
    // The home folder is no project: nothing is made there.
    const repairs = fix && !(before.state === "missing" && before.ground.top === before.ground.home);
    const fixed = repairs ? await repair(before.app) : [];
    const scene = fix ? await openScene(signal) : before;
    const findings = await examine(scene, CHECKS);
    const { ok, warnings, errors } = tallyOf(findings);
    return {
      warnings: [...new Set([before.app, scene.app])].flatMap((app) => app.store.reports()),
      exitCode: errors > 0 ? UNSOUND : 0,
      json: { findings, fixed, totals: { ok, warnings, errors } },
      text: (style) => renderFindings(findings, fixed, style),
    };
  });
}
