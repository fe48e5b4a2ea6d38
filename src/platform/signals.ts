import { constants } from "node:os";
import { readText } from "./text-file.ts";
import { failed, type Sys } from "./sys/types.ts";

/** The number of a signal on this system; 0 for one that it does not have. */
export function signalNumber(name: NodeJS.Signals): number {
  return constants.signals[name] ?? 0;
}

/**
 * Those of `names` that this process was started to ignore, as by nohup(1), or by a shell for its background jobs. A
 * handler for one of them would take that from the process and its children. Where the system does not tell: none.
 */
export function ignoredSignals(sys: Sys, names: readonly NodeJS.Signals[]): readonly NodeJS.Signals[] {
  const status = readText(sys, "/proc/self/status", 16_384);
  if (failed(status)) return [];
  const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status.text) ?? [];
  if (mask === undefined) return [];
  const bits = BigInt(`0x${mask}`);
  return names.filter((name) => ((bits >> BigInt(signalNumber(name) - 1)) & 1n) === 1n);
}
