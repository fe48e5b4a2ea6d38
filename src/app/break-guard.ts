/** `coord doctor --break-guard NAME`: for a holder that cannot be judged and that a person knows to be gone. */
import { coordError } from "../domain/errors.ts";
import { breakGuard, guardPorts, release } from "../store/file/guard.ts";
import { replayJournal } from "../store/file/commit.ts";
import { layoutOf } from "../store/file/layout.ts";
import { isBreakable } from "../store/file/token.ts";
import { requireState, type App } from "./context.ts";

/**
 * Takes the guard from exactly this holder, finishes what it left, and gives the guard back. Answers what could not be
 * finished, if anything. Throws USAGE, IO.
 */
export function breakGuardOf(app: App, name: string): string | undefined {
  requireState(app);
  const { sys, processes } = app;
  if (!isBreakable(name)) {
    throw coordError("USAGE", `"${name}" is not the name of a held guard`, {
      hint: "give the name exactly as the message told it: held....",
    });
  }
  const layout = layoutOf(app.workspace.stateDir);
  const ports = guardPorts({ sys, dir: layout.guard, self: processes.self, judge: processes.judge });
  const held = breakGuard(ports, name);
  if (held === undefined) {
    throw coordError("USAGE", `The guard is not held under the name "${name}" (any more)`, { hint: "coord status" });
  }
  try {
    return replayJournal({ sys, tmp: layout.tmp }, layout);
  } finally {
    release(ports, held);
  }
}
