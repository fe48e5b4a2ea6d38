import type { ProcessRef } from "../../domain/process.ts";
import { pathWord } from "../../domain/quote.ts";
import { failed } from "../../platform/sys/types.ts";
import { layoutOf } from "../../store/file/layout.ts";
import { FREE, isToken, parseHeld } from "../../store/file/token.ts";
import type { Check } from "./check.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** A live holder is gone after this, many times over, unless it is stopped. Milliseconds. */
const LOOK_AGAIN_MS = 300;

/** The one mutex around changes: RELIABILITY section 2. */
export const guardTokens: Check = {
  name: "guard",
  needsState: true,
  look: async (scene) => {
    const before = tokens(scene);
    if (before.length > 0 && before.every((name) => name === FREE)) return [fine("The guard is free")];
    await Bun.sleep(LOOK_AGAIN_MS);
    // Names never recur: one that is still there has been there all the time.
    const now = tokens(scene);
    if (before.length === 0 && now.length === 0) return [withoutToken(scene)];
    const stuck = now.filter((name) => name !== FREE && before.includes(name));
    const copies =
      now.length > 1 && stuck.length > 0
        ? [
            warning(
              `${now.length} tokens of the guard: some tool has copied the state folder`,
              scene.typed("lock cleanup"),
            ),
          ]
        : [];
    const found = [...stuck.map((name) => remark(scene, name)), ...copies];
    return found.length > 0 ? found : [fine("The guard is in use, and goes from hand to hand")];
  },
};

function tokens({ app }: Scene): readonly string[] {
  const names = app.sys.list(layoutOf(app.workspace.stateDir).guard);
  return failed(names) ? [] : names.filter(isToken);
}

/** An empty guard is made anew by whoever comes next; one that cannot be replaced is not. */
function withoutToken({ app, typed }: Scene): Remark {
  const { guard } = layoutOf(app.workspace.stateDir);
  const names = app.sys.list(guard);
  const [other] = failed(names) ? [] : names;
  if (other === undefined) return fine("The guard is free");
  const text = `The guard has no token, and "${other}" lies in its place: nobody can change anything`;
  return failing(text, `mv ${pathWord(guard)} ${pathWord(`${guard}.aside`)} && ${typed("init")}`);
}

function remark({ app, typed }: Scene, name: string): Remark {
  const ref = parseHeld(name);
  if (ref === undefined) {
    const { guard } = layoutOf(app.workspace.stateDir);
    const text = `The guard is held by "${name}", a name that coord does not give: nobody can change anything`;
    return failing(text, `mv ${pathWord(`${guard}/${name}`)} ${pathWord(`${guard}/${FREE}`)}`);
  }
  const verdict = app.processes.judge(ref);
  switch (verdict) {
    case "dead":
      return warning(
        `The guard is held by process ${ref.pid}, which is dead; the next change takes it over`,
        typed("lock cleanup"),
      );
    case "alive":
      return failing(
        `The guard is held by process ${ref.pid}, which lives but does not go on`,
        `kill -CONT ${ref.pid}`,
      );
    case "unknown":
      return failing(
        `The guard is held by process ${ref.pid} ${placeOf(app.processes.self(), ref)}, which cannot be judged from here`,
        `if that process is surely gone: ${typed(`doctor --break-guard ${name}`)}`,
      );
  }
  return verdict satisfies never;
}

function placeOf(me: ProcessRef, { host, pidns }: ProcessRef): string {
  if (host !== me.host) return `of another machine (${host})`;
  return pidns === me.pidns ? "of this machine" : "of another container";
}
