/** What may happen next to those who contend for the guard: their own steps, deaths, lost answers, copies. */
import { callText } from "./calls.ts";
import { tokenOf } from "./contender.ts";
import type { Emit, Space, Words } from "./explore.ts";
import type { Crowd } from "./guard-crowd.ts";
import type { Arrival } from "./local-steps.ts";
import { applied, type Effect } from "./shared-disk.ts";

export function stepsOf(crowd: Crowd): Space["next"] {
  const { scenario, disk, word, local, slots, isDead, hasStarted, facts, isRemembered } = crowd;
  const { processes } = scenario;
  const { left } = word;
  const n = processes.length;
  const isListing = (i: number, node: number): boolean => local(i).callAt(node)?.call === "list";
  const told = (i: number, call: string, answer: string): string => {
    let text = `${i}: ${call}: ${answer === "" ? "done" : answer}`;
    for (const [k, p] of processes.entries()) text = text.replaceAll(tokenOf(p), `held.${k}`);
    return text;
  };

  const to: Words = new Uint32Array(n + 1);
  return (state: Words, emit: Emit, telling: boolean): void => {
    const shared = state[n] ?? 0;
    const arrive = (i: number, arrivals: readonly Arrival[], after: number, fair: boolean, label: string): void => {
      for (const { node, gaveUp } of arrivals) {
        to.set(state);
        to[n] = after;
        const tokens = after & disk.tokens;
        if (tokens !== (shared & disk.tokens)) slots.noteAll(to, n, i, tokens);
        to[i] =
          local(i).endAt(node) === "done" || gaveUp ? slots.gone(i) : slots.at(i, node, tokens, isListing(i, node));
        emit(to, fair && !gaveUp, telling && gaveUp ? `${label}, gives up` : label);
      }
    };
    const act = (i: number, node: number, answer: string, after: number, fair = true): void => {
      const what = local(i).callAt(node);
      const label = telling && what !== undefined ? told(i, callText(what), answer) : "";
      arrive(i, local(i).after(node, answer, after & disk.tokens), after, fair, label);
    };

    for (let i = 0; i < n; i += 1) {
      const slot = state[i] ?? 0;
      const node = slots.nodeOf(slot);
      if (node < 0 && scenario.again && !isRemembered(state, i)) {
        to.set(state);
        to[i] = slots.at(i, 0, 0, false);
        emit(to, false, `${i}: a new process comes`);
      }
      if (node < 0 || !hasStarted(state, i)) continue;
      const call = local(i).callAt(node);
      if (left(shared, word.crash) > 0) {
        to.set(state);
        to[i] = slots.crashed(i);
        to[n] = (shared - word.crash) & ~(word.fresh << i);
        emit(to, false, `${i}: dies`);
      }
      if (call === undefined) continue;
      const effect: Effect | undefined = applied(disk, shared & word.onDisk, call, i);
      if (effect !== undefined) {
        const after = (shared & ~word.onDisk) | effect.after;
        act(i, node, effect.answer, after);
        if (call.call === "rename" && effect.answer === "" && left(shared, word.loss) > 0)
          act(i, node, "ENOENT", after - word.loss, false);
        continue;
      }
      switch (call.call) {
        case "list":
          for (const list of slots.listings(slot, () =>
            local(i).listings(node, slots.stable(slot), slots.touched(slot)),
          ))
            act(i, node, list, shared);
          if (left(shared, word.failure) > 0) act(i, node, "EIO", shared - word.failure, false);
          break;
        case "facts":
          act(i, node, facts(state, i, call.pid), shared);
          break;
        case "age":
          act(i, node, "young", shared);
          act(i, node, "old", shared, false);
          break;
        case "read":
          act(i, node, "", shared | (word.fresh << i));
          break;
        case "write": {
          const isFresh = (shared & (word.fresh << i)) !== 0;
          const after = shared & ~word.allFresh;
          act(i, node, "", isFresh ? after : after | word.lost);
          break;
        }
        default:
          throw new Error(`Nobody answers ${callText(call)}`);
      }
    }
    if (left(shared, word.copy) === 0 || (shared & disk.folder) === 0) return;
    const copy = (token: number, what: string): void => {
      if ((shared & token) !== 0) return;
      to.set(state);
      to[n] = (shared | token) - word.copy;
      slots.noteAll(to, n, -1, (shared | token) & disk.tokens);
      emit(to, false, `a tool copies ${what} into the guard`);
    };
    copy(1, "`free`");
    for (let i = 0; i < n; i += 1) if (isDead(state, i)) copy(2 << i, `held.${i}`);
  };
}
