/** One state stands for all that differ from it by the names of processes only. */
import type { Space, Words } from "./explore.ts";
import type { Crowd } from "./guard-crowd.ts";

/** The least of these states, as numbers go. */
export function canonicalIn({ scenario, disk, word, slots, orders: allOrders }: Crowd): Space["canonical"] {
  const n = scenario.processes.length;
  const sharedImages = allOrders.map((order) => {
    const table = new Uint32Array(word.named + 1);
    for (let shared = 0; shared < table.length; shared += 1) {
      let moved = shared & ~(disk.tokens & ~1) & ~word.allFresh;
      for (const [i, to] of order.entries()) {
        if ((shared & (2 << i)) !== 0) moved |= 2 << to;
        if ((shared & (word.fresh << i)) !== 0) moved |= word.fresh << to;
      }
      table[shared] = moved;
    }
    return table;
  });

  const words = n + 1;
  const scratch: Words = new Uint32Array(words);
  return (state: Words, into: Words): void => {
    into.set(state);
    for (let o = 1; o < allOrders.length; o += 1) {
      const order = allOrders[o] ?? [];
      const shared = state[n] ?? 0;
      scratch[n] = (shared & ~word.named) | (sharedImages[o]?.[shared & word.named] ?? 0);
      for (let i = 0; i < n; i += 1) scratch[order[i] ?? 0] = slots.image(o, state[i] ?? 0);
      for (let w = 0; w < words; w += 1) {
        const [a, b] = [scratch[w] ?? 0, into[w] ?? 0];
        if (a > b) break;
        if (a < b) {
          into.set(scratch);
          break;
        }
      }
    }
  };
}
