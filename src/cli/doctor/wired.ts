import { wiredTwice } from "../wired-twice.ts";
import { wiring, type Scope, type Wired } from "../wiring.ts";
import type { Check } from "./check.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";
import { matches, ownHandlers, type Handler, type OwnHandler } from "./settings.ts";
import { timeoutRemarks } from "./timeouts.ts";

/** Is every event there that install wires, for every tool, and once. */
export const wired: Check = {
  name: "wiring",
  needsState: false,
  look: async (scene) => {
    const own = ownHandlers(scene.ground);
    const [first] = own;
    if (first === undefined)
      return [
        failing(
          "No hook of coord is wired: nothing keeps sessions from overwriting each other",
          scene.typed("install"),
        ),
      ];
    const scopes = [...new Set(own.map(({ scope }) => scope))];
    const found = [...missing(scene, own, first.scope), ...doubled(scene, own), ...timeoutRemarks(scene, own)];
    return found.length > 0 ? found : [fine(`Every event is wired, in ${scopes.join(" and ")} scope`)];
  },
};

function missing(scene: Scene, own: readonly Handler[], scope: Scope): readonly Remark[] {
  const { config } = scene.app;
  const tools = [...config.writeTools.keys()];
  const lacking = wiring({ scope, binary: "coord", writeTools: tools, strict: config.strict }).flatMap((wanted) =>
    toolsOf(wanted).flatMap((tool) => (own.some((handler) => serves(handler, wanted, tool)) ? [] : [{ wanted, tool }])),
  );
  const [first] = lacking;
  if (first === undefined) return [];
  const names = [...new Set(lacking.map(({ wanted, tool }) => [wanted.event, tool].filter(Boolean).join(" of ")))];
  const text = `Not wired: ${names.join(", ")}`;
  const next = scene.typed(`install --scope ${scope}`);
  return [lacking.some(({ wanted }) => wanted.hook === "check") ? failing(text, next) : warning(text, next)];
}

function serves(handler: Handler, { event, hook }: Wired, tool: string): boolean {
  return handler.event === event && handler.hook === hook && (tool === "" || matches(handler.matcher, tool));
}

/** Tools that a wanted entry has to be called for: those it names, or one that stands for all others. */
function toolsOf({ group: { matcher } }: Wired): readonly string[] {
  if (matcher === undefined) return [""];
  return /^[A-Za-z0-9_|-]+$/.test(matcher) ? matcher.split("|") : ["Bash"];
}

function doubled(scene: Scene, own: readonly OwnHandler[]): readonly Remark[] {
  const twice = wiredTwice(own);
  return twice === undefined ? [] : [warning(twice.text, twice.next.replaceAll("coord ", scene.typed("")))];
}
