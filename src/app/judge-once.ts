import type { Verdict } from "../domain/process.ts";
import type { App } from "./context.ts";

/**
 * The same app, whose processes are looked at once each: for one picture of everybody, in which the same processes are
 * asked for again and again. Not for one who waits: what lives now may be dead at the next look.
 */
export function judgeOnce(app: App): App {
  const known = new Map<string, Verdict>();
  const judge: App["processes"]["judge"] = (ref) => {
    const name = `${ref.host}.${ref.boot}.${ref.pidns}.${ref.pid}.${ref.start}`;
    const old = known.get(name);
    if (old !== undefined) return old;
    const verdict = app.processes.judge(ref);
    known.set(name, verdict);
    return verdict;
  };
  return { ...app, processes: { ...app.processes, judge } };
}
