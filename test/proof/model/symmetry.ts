/** Processes that differ by their names alone can change places: such states are one. */
import type { Automaton } from "./automaton.ts";

/** `order[i]` is the place that process i moves to. */
export type Order = readonly number[];

/** Every way of changing places among processes of one kind. The first one changes nothing. */
export function orders(kinds: readonly string[]): readonly Order[] {
  const all: Order[] = [];
  const extend = (chosen: readonly number[]): void => {
    if (chosen.length === kinds.length) all.push(chosen);
    else
      for (const place of kinds.keys())
        if (!chosen.includes(place) && kinds[place] === kinds[chosen.length]) extend([...chosen, place]);
  };
  extend([]);
  return all;
}

/** Where each state of one automaton is found in another, given how answers change with the names. */
export function images(from: Automaton, to: Automaton, renamed: (answer: string) => string): readonly number[] {
  const image: number[] = [];
  image[0] = 0;
  const met = [0];
  for (const state of met) {
    for (const [answer, next] of from.states[state]?.next ?? []) {
      const other = to.states[image[state] ?? 0]?.next.get(renamed(answer));
      if (other === undefined) throw new Error("Processes of one kind behave differently");
      if (image[next] === undefined) met.push(next);
      else if (image[next] !== other) throw new Error("Processes of one kind behave differently");
      image[next] = other;
    }
  }
  return image;
}
