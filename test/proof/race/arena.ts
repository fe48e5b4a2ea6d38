/** The folder that the hammer's processes fight over. */
export interface Arena {
  readonly guard: string;
  readonly tmp: string;
  /** The number that everybody adds one to. */
  readonly counter: string;
  /** Who is under the guard right now: a file each. */
  readonly inside: string;
  /** One line per acknowledged increment: the count that it made. */
  readonly acks: string;
  /** One line per thing that must not happen. */
  readonly notes: string;
}

export function arena(dir: string): Arena {
  const at = (name: string): string => `${dir}/${name}`;
  return {
    guard: at("guard"),
    tmp: at("tmp"),
    counter: at("counter"),
    inside: at("inside"),
    acks: at("acks"),
    notes: at("notes"),
  };
}
