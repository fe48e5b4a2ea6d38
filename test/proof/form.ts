/**
 * How much of a proof is run. `npm run proof` sets PROOF_FORM=long, which is the load of RELIABILITY section 5; without
 * it a suite runs its short form, a sample that fits into a CI run.
 */
export const IS_LONG = process.env["PROOF_FORM"] === "long";

/** The load of this run. */
export function scaled(short: number, long: number): number {
  return IS_LONG ? long : short;
}
