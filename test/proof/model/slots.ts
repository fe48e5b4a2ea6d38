/** Where a process stands, as one number: its node, and what a listing that it has begun has met so far. */
import type { Order } from "./symmetry.ts";
import type { Words } from "./explore.ts";

interface Slot {
  readonly process: number;
  readonly node: number;
  /** Tokens that have been there since the listing began. */
  readonly stable: number;
  /** Tokens that have been there at some time since. */
  readonly touched: number;
}

const CRASHED = -1;
const GONE = -2;

export interface SlotTable {
  readonly CRASHED: number;
  readonly nodeOf: (slot: number) => number;
  readonly stable: (slot: number) => number;
  readonly touched: (slot: number) => number;
  readonly at: (process: number, node: number, tokens: number, isListing: boolean) => number;
  readonly crashed: (process: number) => number;
  /** It has ended, with the guard given back or after giving up. */
  readonly gone: (process: number) => number;
  /** Lets all processes but `but` that are listing take note of the tokens that there are now. */
  readonly noteAll: (state: Words, count: number, but: number, tokens: number) => void;
  /** The answers that its listing may get, made once. */
  readonly listings: (slot: number, make: () => readonly string[]) => readonly string[];
  /** The same place after the processes have changed places. */
  readonly image: (order: number, slot: number) => number;
}

/** `nodeImages[order][process][node]` is the node in the automaton of the process that it becomes. */
export function slotTable(
  orders: readonly Order[],
  nodeImages: readonly (readonly (readonly number[])[])[],
): SlotTable {
  const slots: Slot[] = [];
  const numbers = new Map<string, number>();
  const answers: (readonly string[])[] = [];
  const nodes: number[] = [];
  const listing: boolean[] = [];
  const imagesOf: number[][] = orders.map(() => []);
  const noted: Map<number, number>[] = [];

  const intern = (slot: Slot): number => {
    const key = `${slot.process} ${slot.node} ${slot.stable} ${slot.touched}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const id = slots.length;
    numbers.set(key, id);
    slots.push(slot);
    nodes.push(slot.node);
    listing.push(slot.touched !== 0 || slot.stable !== 0);
    noted.push(new Map());
    return id;
  };
  const of = (id: number): Slot => {
    const slot = slots[id];
    if (slot === undefined) throw new Error("No such slot");
    return slot;
  };
  const moved = (order: Order, tokens: number): number => {
    let image = tokens & 1;
    for (const [i, to] of order.entries()) if ((tokens & (2 << i)) !== 0) image |= 2 << to;
    return image | (tokens & OPEN);
  };
  const at = (process: number, node: number, tokens: number, isListing: boolean): number =>
    intern({ process, node, stable: isListing ? tokens : 0, touched: isListing ? tokens | OPEN : 0 });
  return {
    CRASHED,
    nodeOf: (slot) => nodes[slot] ?? GONE,
    stable: (slot) => of(slot).stable,
    touched: (slot) => of(slot).touched & ~OPEN,
    at,
    crashed: (process) => at(process, CRASHED, 0, false),
    gone: (process) => at(process, GONE, 0, false),
    noteAll: (state, count, but, tokens) => {
      for (let i = 0; i < count; i += 1) {
        const id = state[i] ?? 0;
        if (i === but || listing[id] !== true) continue;
        let then = noted[id]?.get(tokens);
        if (then === undefined) {
          const slot = of(id);
          then = intern({ ...slot, stable: slot.stable & tokens, touched: slot.touched | tokens });
          noted[id]?.set(tokens, then);
        }
        state[i] = then;
      }
    },
    listings: (slot, make) => (answers[slot] ??= make()),
    image: (order, slot) => {
      const known = imagesOf[order]?.[slot];
      if (known !== undefined) return known;
      const { process, node, stable, touched } = of(slot);
      const change = orders[order] ?? [];
      const image = intern({
        process: change[process] ?? process,
        node: node < 0 ? node : (nodeImages[order]?.[process]?.[node] ?? 0),
        stable: moved(change, stable),
        touched: moved(change, touched),
      });
      const list = imagesOf[order];
      if (list !== undefined) list[slot] = image;
      return image;
    },
  };
}

/** Marks a listing that has begun, also one that has met nothing yet. */
const OPEN = 1 << 30;
