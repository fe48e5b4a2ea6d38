/** A process that looks at a state in which each record in turn is a FIFO: `fifo-worker.ts none|MUTANT`. */
import { SYSTEMS } from "../../platform/systems.ts";
import { isStoreMutant, mutated } from "./store-mutants.ts";
import { RECORDS, storeRig } from "./store-rig.ts";

async function main(mutant: string | undefined): Promise<void> {
  const [sys] = SYSTEMS;
  if (sys === undefined) throw new Error("No system");
  using rig = await storeRig(sys);
  const found: string[] = [];
  for (const name of RECORDS) {
    const put = (path: string): void => {
      if (Bun.spawnSync(["mkfifo", path]).exitCode !== 0) throw new Error("No mkfifo");
    };
    found.push(...(await rig.violations(name, put, isStoreMutant(mutant) ? mutated(sys, mutant) : sys)));
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
}

void main(process.argv[2]);
