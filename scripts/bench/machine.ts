import { availableParallelism, cpus, loadavg, release, type as system } from "node:os";
import { fileSystemOf, type Setting } from "./setting.ts";

/** What the figures depend on. */
export interface Machine {
  readonly bun: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  /** Over the last minute: above the number of cores, figures say more about the others than about coord. */
  readonly load: number;
  readonly disk: string;
}

export function machine({ disk }: Setting): Machine {
  return {
    bun: Bun.version,
    system: `${system()} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
    disk: fileSystemOf(disk) ?? "unknown",
  };
}

export function machineText({ bun, system, cpu, cores, load, disk }: Machine): string {
  const busy = load > cores / 2 ? "  (busy: do not trust these figures)" : "";
  return `Bun ${bun}, ${system}, ${cores} × ${cpu}, ${disk}, load ${load.toFixed(1)}${busy}`;
}
