import type { CoordError } from "../domain/errors.ts";

/** For commands that go on all the same, as hooks do. */
export function badConfigWarning({ message }: CoordError): string {
  return `${message}; until that is corrected the defaults hold`;
}
