import { repair } from "../../app/repair.ts";
import { loadNative } from "../../platform/sys/load.ts";
import type { Answer } from "../answer.ts";
import { initialise } from "../initialise.ts";
import { interruptible } from "../interrupt.ts";
import { CHECKS } from "./checks.ts";
import { examine } from "./examine.ts";
import { sweepSettingsScratch } from "../settings-scratch.ts";
import { openScene, type Scene } from "./scene.ts";
import { renderFindings, tallyOf } from "./view.ts";

/** Exit code when something does not hold. */
const UNSOUND = 1;

export interface DoctorRequest {
  /** Put right first what can be put right without asking. */
  readonly fix: boolean;
}

/** Looks at everything. Throws only when not even the current folder can be opened. */
export async function runDoctor({ fix }: DoctorRequest): Promise<Answer> {
  const native = await loadNative();
  return interruptible(native.sys, async (signal) => {
    const before = await openScene(native, signal);
    // With a configuration that cannot be read the defaults hold: by these, locks could have ended that live on by it.
    const fixed =
      fix && !isHome(before) ? await repair(before.app, initialise, { cleansUp: before.badConfig === undefined }) : [];
    if (fix) sweepSettingsScratch(before.ground, before.app.now().wall_ms);
    const scene = fix ? await openScene(native, signal) : before;
    const findings = await examine(scene, CHECKS);
    const { ok, warnings, errors } = tallyOf(findings);
    if (signal.aborted) return undefined;
    return {
      warnings: [...new Set([before.app, scene.app])].flatMap((app) => app.store.reports()),
      changedNothing: fixed.length === 0,
      exitCode: errors > 0 ? UNSOUND : 0,
      json: { findings, fixed, totals: { ok, warnings, errors } },
      text: (style) => renderFindings(findings, fixed, style),
    };
  });
}

/** The home folder is no project: nothing is made there. */
function isHome({ state, ground }: Scene): boolean {
  return state === "missing" && ground.top === ground.home;
}
