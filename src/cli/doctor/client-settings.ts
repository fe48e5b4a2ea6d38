import { childOf } from "../json-tree.ts";
import type { Check } from "./check.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Claude Code's settings files: can they be read, do they let hooks run, is the bash edition out of them. */
export const clientSettings: Check = {
  name: "settings",
  needsState: false,
  look: async ({ ground }) => {
    const all = readSettings(ground);
    const bad = all.flatMap((settings) => [...remarks(settings)]);
    return bad.length > 0 ? bad : [fine("Claude Code's settings can be read, and let hooks run")];
  },
};

function* remarks({ path, problem, root, handlers }: Settings): Generator<Remark> {
  if (problem !== undefined) {
    yield failing(problem, `correct ${path}: as it is, Claude Code reads none of it`);
    return;
  }
  const off: unknown = root === undefined ? undefined : childOf(root, "disableAllHooks")?.value;
  if (off === true) {
    yield failing(`"disableAllHooks" is true in ${path}: no hook runs`, `set "disableAllHooks" to false in ${path}`);
  }
  const old = handlers.filter(({ command, args, hook }) => hook === undefined && isBashEdition(command, args));
  for (const { event, command, args } of old) {
    const shown = [command, ...(args ?? [])].join(" ");
    yield warning(
      `A hook of the bash edition is still wired at ${event} in ${path}: ${shown}`,
      `take that entry out of ${path}`,
    );
  }
}

/** Its scripts lie in the state folder; nobody else calls any there. */
function isBashEdition(command: string, args: readonly string[] | undefined): boolean {
  return [command, ...(args ?? [])].some((word) => /\.claude\/coordination\/|\bcoordination\.sh\b/.test(word));
}
