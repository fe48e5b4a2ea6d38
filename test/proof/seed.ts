/** Chance that can be had again: PROOF_SEED repeats the run that reported it. */
const given = process.env["PROOF_SEED"];
if (given !== undefined && !/^\d{1,9}$/.test(given))
  throw new Error(`PROOF_SEED is not a number up to 999999999: ${given}`);

/** The seed of this run. What is drawn from it must depend on nothing else, the clock and the order of tests included. */
export const SEED: number = given === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(given);

/** A generator of numbers in [0, 1): the 32-bit xorshift of Marsaglia (2003), shifts 13, 17, 5. */
export function chance(seed: number): () => number {
  // Any state but zero will do; neighbouring seeds are spread so that their first draws differ.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `count` of the items, each at most once, in their order. All of them when there are no more. */
export function sample<T>(items: readonly T[], count: number, draw: () => number): readonly T[] {
  let wanted = count;
  return items.filter((_, i) => {
    const take = draw() * (items.length - i) < wanted;
    if (take) wanted -= 1;
    return take;
  });
}
