/** Fills a state by coord's own code: what is in it is what would be there after a day with that many sessions. */
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import type { App } from "../../src/app/context.ts";
import { registerInstance } from "../../src/app/instances.ts";
import { sessionOf } from "./app.ts";

export interface Population {
  readonly instances: number;
  /** Locks of each. */
  readonly locks: number;
}

export async function populate(app: App, { instances, locks }: Population): Promise<void> {
  for (let i = 0; i < instances; i += 1) {
    const me = sessionOf(app, `session-${i}`);
    await registerInstance(app, me, `Work on package ${i}`, "backend-engineer");
    for (let j = 0; j < locks; j += 1) {
      await acquireLocks([{ app, me, paths: [`packages/p${i}/src/file-${j}.ts`] }], {
        intent: "Refactor it",
        ttlMs: undefined,
      });
    }
  }
}
