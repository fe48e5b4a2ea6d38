import type { Check } from "./check.ts";
import { failing, fine } from "./finding.ts";

/** Settings of coord's own, from every place where they may stand. */
export const configuration: Check = {
  name: "configuration",
  needsState: false,
  look: async ({ badConfig }) => {
    if (badConfig === undefined) return [fine("The configuration is valid")];
    // A state folder that is closed to this user is told where permissions are.
    if (badConfig.code !== "CONFIG") return [];
    const hint = badConfig.hint ?? "correct or remove that key";
    return [failing(`${badConfig.message}; until then hooks use the defaults`, hint)];
  },
};
