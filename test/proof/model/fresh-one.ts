import { follow, tokenOf, type Breaking } from "./contender.ts";
import { applied, diskOf, type Disk } from "./shared-disk.ts";

/** Longer than any way in. */
const MAX_CALLS = 60;

/**
 * Whether a process that comes when all others have ended or died gets in and out, by the real code, and leaves one free
 * token. `facts` answers for the pids of the others.
 */
export function freshOneGetsIn(disk: Disk, found: number, breaking: Breaking, facts: (pid: number) => string): boolean {
  const ref = { host: "h", boot: "b", pidns: "1", pid: 999, start: "99" };
  const wider = diskOf([...disk.names.slice(1), tokenOf(ref)]);
  const me = wider.names.length - 2;
  // The new token's bit lies where the smaller disk has that of its folder.
  let state = (found & disk.tokens) | ((found & disk.folder) === 0 ? 0 : wider.folder);
  const answers: string[] = [];
  for (let calls = 0; calls < MAX_CALLS; calls += 1) {
    const place = follow({ ref, breaking }, answers);
    if (place.at === "end") return place.how === "done" && (state & wider.tokens) === 1;
    const { call } = place;
    const effect = applied(wider, state, call, me);
    if (effect !== undefined) {
      state = effect.after;
      answers.push(effect.answer);
      continue;
    }
    switch (call.call) {
      case "list":
        answers.push(wider.names.filter((_, i) => (state & (1 << i)) !== 0).join("/"));
        break;
      case "facts":
        answers.push(facts(call.pid));
        break;
      case "clock":
        answers.push("early");
        break;
      case "age":
        answers.push("young");
        break;
      default:
        answers.push("");
    }
  }
  return false;
}
