/** What goes on while an instance ends, or comes back. */
import { expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { statusReport } from "../../src/app/status.ts";
import { endInstance } from "../../src/app/unregister.ts";
import type { App } from "../../src/app/context.ts";
import { judge, type ProcessRef } from "../../src/domain/process.ts";
import { place } from "./project.ts";

const PLAIN = { intent: "", ttlMs: undefined };

/** The same app; before its `n`th step, counted from 1, somebody else does something. */
function interrupted(app: App, n: number, other: () => Promise<unknown>): App {
  let steps = 0;
  const transact: App["store"]["transact"] = async (decide, options) => {
    steps += 1;
    if (steps === n) await other();
    return app.store.transact(decide, options);
  };
  return { ...app, store: { ...app.store, transact } };
}

test("an instance that takes a lock while it is ended leaves none behind", async () => {
  using here = await place();
  await acquireLocks([here.share("a", "a.ts")], PLAIN);
  for (const n of [1, 2, 3, 4]) {
    await endInstance(
      interrupted(here.app, n, () => acquireLocks([here.share("a", "b.ts")], PLAIN)),
      "a",
    );
    const left = await listLocks(here.app);
    // What it takes after its end is a new life's.
    expect(left.length === 0 || here.app.store.instance("a") !== undefined).toBe(true);
    await endInstance(here.app, "a");
  }
});

test("status shows a session that came back in another process while it looked, and no dead one", async () => {
  using here = await place();
  const self = here.app.processes.self();
  const dead: ProcessRef = { ...self, pid: 4_000_000, start: "1" };
  const processes = {
    ...here.app.processes,
    judge: (ref: ProcessRef) => judge(ref, self, (pid) => ({ found: pid === self.pid ? "opaque" : "no" })),
  };
  const app: App = { ...here.app, processes };
  const as = (process: ProcessRef) => ({ app, me: { ...here.as("s"), process }, paths: ["a.ts"] });
  await acquireLocks([as(dead)], PLAIN);
  const comesBack = interrupted(app, 1, () => acquireLocks([as(self)], PLAIN));
  const { instances } = await statusReport(comesBack);
  expect(instances.map((i) => [i.instance_id, i.standing])).toEqual([["s", "active"]]);
});
