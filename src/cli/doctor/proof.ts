import { holdsFree, layProbe, planProbe, removeProbe, type Probe } from "../../app/probe.ts";
import { removeMarks } from "../../app/told-marks.ts";
import { PROBE_SESSION } from "../../domain/probe.ts";
import { pathWord } from "../../domain/quote.ts";
import { randomName } from "../../platform/random-name.ts";
import { cameAlong } from "./came-along.ts";
import type { Check } from "./check.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import { judgeFree, judgeHeld } from "./judge-answer.ts";
import { hookEnv, startHook } from "./start-hook.ts";
import type { Scene } from "./scene.ts";
import { eachOnce, matches, ownHandlers, type Handler } from "./settings.ts";

/**
 * The proof: the commands that Claude Code would start before a Write are started, on a file that somebody holds and on
 * one that nobody does, and have to refuse the one and let the other pass.
 */
export const proof: Check = {
  name: "proof",
  needsState: true,
  look: async (scene) => {
    const handlers = checksOfWrite(scene);
    // That nothing is wired is said where the wiring is looked at.
    if (handlers.length === 0) return [];
    const probe = planProbe(scene.app, randomName().replaceAll("-", ""));
    if (probe.isIgnored) {
      const { file_path } = probe.held;
      const text = `Cannot try the hooks: "ignore" in the configuration covers a new file such as "${file_path}"`;
      return [warning(text, `make "ignore" in ${scene.app.workspace.stateDir}/config.json cover less`)];
    }
    const remarks: Remark[] = [];
    for (const handler of handlers) if (!scene.signal.aborted) remarks.push(await tried(scene, handler, probe));
    return remarks;
  },
};

function checksOfWrite({ ground }: Scene): readonly Handler[] {
  const wanted = ownHandlers(ground).filter(
    ({ event, matcher, hook }) => event === "PreToolUse" && hook === "check" && matches(matcher, "Write"),
  );
  return eachOnce(wanted);
}

async function tried(scene: Scene, handler: Handler, probe: Probe): Promise<Remark> {
  const again = scene.typed(`install --scope ${handler.scope}`);
  const at = `the hook for Write in ${handler.file}`;
  if (cameAlong(scene, handler)) {
    const text = `Not tried: ${at} starts what came with this project: ${handler.command}`;
    return warning(text, `less ${pathWord(handler.file)}`);
  }
  if (handler.isAsync) return failing(`${at} is asynchronous, so it stops nothing`, again);
  try {
    await layProbe(scene.app, probe);
    const held = judgeHeld(await startHook(scene, handler, probe.held.real_path), probe.holder);
    if (held !== undefined) return failing(`A held file is not safe: ${at} ${held}`, again);
    const free = judgeFree(await startHook(scene, handler, probe.free.real_path));
    if (free?.level === "error") return failing(`Free files cannot be written: ${at} ${free.text}`, again);
    if (free?.level === "warning") return warning(`${at} ${free.text}`, scene.typed("doctor"));
    if (!holdsFree(scene.app, probe)) return failing(`Free files are not locked: ${at} lets them pass unseen`, again);
    return fine(`Blocks a write to a held file and lets others pass: ${at}`);
  } finally {
    await removeProbe(scene.app, probe);
    const { sys, workspace } = scene.app;
    removeMarks({ sys, env: hookEnv(scene), cwd: workspace.worktreePath, sessionId: PROBE_SESSION });
  }
}
