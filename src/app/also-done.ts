import { coordError, isCoordError } from "../domain/errors.ts";

/**
 * The error of a command of several steps, saying which were done before: RELIABILITY section 4 (8). `done` is a phrase
 * such as `released before`, `what` the subjects; without any the error stays as it is.
 */
export function alsoDone(error: unknown, done: string, what: readonly string[]): unknown {
  if (!isCoordError(error) || what.length === 0) return error;
  const { code, message, hint, data, warnings } = error;
  return coordError(code, `${message}; ${done}: ${what.map((subject) => `"${subject}"`).join(", ")}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(data === undefined ? {} : { data }),
    ...(warnings === undefined ? {} : { warnings }),
    cause: error,
  });
}
