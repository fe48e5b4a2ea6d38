import { constants } from "node:os";
import { readText } from "./text-file.ts";
import { failed, type Sys } from "./sys/types.ts";

/** The number of a signal on this system; 0 for one that it does not have. */
function signalNumber(name: NodeJS.Signals): number {
  return constants.signals[name] ?? 0;
}

/** The exit code by which a shell tells that a signal has ended a program. */
export function signalExitCode(name: NodeJS.Signals): number {
  return 128 + signalNumber(name);
}

/** Signals that are listened to. */
export interface Caught {
  /** Those that are not, because this process was started to ignore them, as its children should. */
  readonly ignored: readonly NodeJS.Signals[];
  readonly letGo: () => void;
}

/**
 * Tells `listener` of these signals, none of which ends this process until `letGo`. Those that it was started to ignore
 * stay ignored: a handler would take that from the process and its children.
 */
export function catchSignals(
  sys: Sys,
  names: readonly NodeJS.Signals[],
  listener: (name: NodeJS.Signals) => void,
): Caught {
  const ignored = ignoredSignals(sys, names);
  const caught = names.filter((name) => !ignored.includes(name));
  for (const name of caught) process.on(name, listener);
  return {
    ignored,
    letGo: () => {
      for (const name of caught) process.off(name, listener);
    },
  };
}

/**
 * Those of `names` that this process was started to ignore, as by nohup(1), or by a shell for its background jobs. Where
 * the system does not tell: none.
 */
function ignoredSignals(sys: Sys, names: readonly NodeJS.Signals[]): readonly NodeJS.Signals[] {
  const { ignores } = sys;
  if (ignores !== undefined) return names.filter((name) => ignores(signalNumber(name)));
  const status = readText(sys, "/proc/self/status", 16_384);
  if (failed(status)) return [];
  const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status.text) ?? [];
  if (mask === undefined) return [];
  const bits = BigInt(`0x${mask}`);
  return names.filter((name) => ((bits >> BigInt(signalNumber(name) - 1)) & 1n) === 1n);
}
