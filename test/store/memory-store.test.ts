import type { Stamp } from "../../src/domain/time.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { at } from "../domain/samples.ts";
import { storeContract, type Bench } from "./contract.ts";
import { decisionContract } from "./decision-contract.ts";

function bench(): Bench {
  let passed = 0;
  const now = (): Stamp => at(passed);
  const store = memoryStore({ now });
  return {
    open: () => store,
    pass: (ms) => {
      passed += ms;
    },
    close: () => undefined,
  };
}

storeContract("memoryStore()", bench);
decisionContract("memoryStore()", bench);
