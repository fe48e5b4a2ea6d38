import { SYSTEMS } from "../platform/systems.ts";
import { storeContract } from "./contract.ts";
import { decisionContract } from "./decision-contract.ts";
import { stateFolder } from "./folder.ts";

for (const sys of SYSTEMS) {
  storeContract(`fileStore() on ${sys.name}`, () => stateFolder(sys));
  decisionContract(`fileStore() on ${sys.name}`, () => stateFolder(sys));
}
