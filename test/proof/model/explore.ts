/**
 * Goes through every state that can be reached, breadth-first, so that the first violation has the shortest trace.
 * States are a few 32-bit words in one long array; a hash table of their numbers says which are known.
 */
export type Words = Uint32Array<ArrayBuffer>;

/** `fair`: a step that a process left alone will make some day; a crash, a lost answer or a given-up wait is none. */
export type Emit = (to: Words, fair: boolean, label: string) => void;

export interface Space {
  /** Words of a state. */
  readonly words: number;
  readonly start: Words;
  /** Emits every state that can follow; labels are made when `telling`. `to` is read before `emit` returns. */
  readonly next: (state: Words, emit: Emit, telling: boolean) => void;
  /** Writes a state that stands for all that differ from `state` by the names of processes only. */
  readonly canonical: (state: Words, into: Words) => void;
  /** What is wrong with a state. */
  readonly broken: (state: Words) => string | undefined;
  /** Everybody who lives has got through. */
  readonly isOver: (state: Words) => boolean;
}

export interface Violation {
  readonly what: string;
  /** What happened, step by step. */
  readonly trace: readonly string[];
}

export interface Explored {
  readonly states: number;
  readonly steps: number;
  /** States in which everybody who lives has got through. */
  readonly ends: number;
  /** The length of the longest shortest way to a state. */
  readonly depth: number;
  readonly violation: Violation | undefined;
}

const EMPTY = 0;
const FIRST_ROOM = 1 << 16;

/**
 * Up to the first violation, or to the end. After the end it also looks whether from every state everybody who lives can
 * still get through, by fair steps alone.
 */
export function explore(space: Space, maxStates: number): Explored {
  const { words } = space;
  let room = FIRST_ROOM;
  let pool: Words = new Uint32Array(room * words);
  let parents = new Uint32Array(room);
  let table = new Uint32Array(room * 2);
  let fairFrom = new Uint32Array(room);
  let fairTo = new Uint32Array(room);
  let fairSteps = 0;
  let count = 0;
  let steps = 0;
  const current: Words = new Uint32Array(words);
  const key: Words = new Uint32Array(words);

  const hash = (state: Words, at: number): number => {
    let h = 0x811c9dc5;
    for (let w = 0; w < words; w += 1) {
      h = Math.imul(h ^ (state[at + w] ?? 0), 0x9e3779b1);
      h ^= h >>> 15;
    }
    return h >>> 0;
  };
  const grow = (): void => {
    room *= 2;
    pool = grown(pool, room * words);
    parents = grown(parents, room);
    table = new Uint32Array(room * 2);
    for (let id = 0; id < count; id += 1) {
      let at = hash(pool, id * words) & (table.length - 1);
      while (table[at] !== EMPTY) at = (at + 1) & (table.length - 1);
      table[at] = id + 1;
    }
  };
  /** The number of the state in `key`. */
  const numberOf = (parent: number): number => {
    let at = hash(key, 0) & (table.length - 1);
    for (;;) {
      const known = table[at] ?? EMPTY;
      if (known === EMPTY) break;
      let w = 0;
      while (w < words && pool[(known - 1) * words + w] === key[w]) w += 1;
      if (w === words) return known - 1;
      at = (at + 1) & (table.length - 1);
    }
    table[at] = count + 1;
    pool.set(key, count * words);
    parents[count] = parent;
    count += 1;
    if (count === room) grow();
    return count - 1;
  };
  const load = (id: number): void => current.set(pool.subarray(id * words, (id + 1) * words));
  /** From the start to a state, as its numbers. */
  const wayTo = (id: number): readonly number[] => {
    const way: number[] = [];
    for (let at = id; at !== 0; at = parents[at] ?? 0) way.unshift(at);
    return way;
  };
  const violation = (what: string, id: number): Violation => ({ what, trace: told(space, wayTo(id), pool) });

  space.canonical(space.start, key);
  numberOf(0);
  let from = 0;
  const emit: Emit = (to, fair) => {
    steps += 1;
    space.canonical(to, key);
    const id = numberOf(from);
    if (!fair || id === from) return;
    if (fairSteps === fairFrom.length) {
      fairFrom = grown(fairFrom, fairSteps * 2);
      fairTo = grown(fairTo, fairSteps * 2);
    }
    fairFrom[fairSteps] = from;
    fairTo[fairSteps] = id;
    fairSteps += 1;
  };
  const found = (wrong: Violation | undefined, ends: number): Explored => ({
    states: count,
    steps,
    ends,
    depth: count === 0 ? 0 : wayTo(count - 1).length,
    violation: wrong,
  });
  for (from = 0; from < count; from += 1) {
    load(from);
    const wrong = space.broken(current);
    if (wrong !== undefined) return found(violation(wrong, from), 0);
    if (count > maxStates) throw new Error(`More than ${maxStates} states`);
    space.next(current, emit, false);
  }

  const through = new Uint8Array(count);
  let ends = 0;
  for (let id = 0; id < count; id += 1) {
    load(id);
    if (!space.isOver(current)) continue;
    through[id] = 1;
    ends += 1;
  }
  for (let more = true; more;) {
    more = false;
    for (let s = fairSteps - 1; s >= 0; s -= 1) {
      const before = fairFrom[s] ?? 0;
      if (through[before] === 1 || through[fairTo[s] ?? 0] === 0) continue;
      through[before] = 1;
      more = true;
    }
  }
  const stuck = through.indexOf(0);
  return found(stuck < 0 ? undefined : violation("somebody who lives can never get through", stuck), ends);
}

function grown(old: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length);
  wider.set(old);
  return wider;
}

/** The way again, with the same names for the processes all along, which the canonical states do not keep. */
function told(space: Space, way: readonly number[], pool: Words): readonly string[] {
  const { words } = space;
  const key: Words = new Uint32Array(words);
  let state: Words = space.start.slice();
  return way.map((id) => {
    let label: string | undefined;
    let to: Words | undefined;
    space.next(
      state,
      (next, _fair, text) => {
        if (label !== undefined) return;
        space.canonical(next, key);
        if (!key.every((word, w) => word === pool[id * words + w])) return;
        label = text;
        to = next.slice();
      },
      true,
    );
    if (label === undefined || to === undefined) throw new Error("A state has lost its way");
    state = to;
    return label;
  });
}
