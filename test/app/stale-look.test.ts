/** A file that changes between the look at it and the step that rests on the look. */
import { expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import type { App } from "../../src/app/context.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { lastWrite } from "../../src/domain/ledger.ts";
import type { Store } from "../../src/store/store.ts";
import { place } from "./project.ts";

const OPTIONS = { intent: "", ttlMs: undefined };

test("releaseLock() of one who holds nothing does not hide what another wrote meanwhile, and died", async () => {
  using here = await place();
  here.write("f", "old");
  let isDead = false;
  const process = { host: "h", boot: "b", pidns: "1", pid: 7, start: "1" };
  const app: App = {
    ...here.app,
    processes: { ...here.app.processes, judge: () => (isDead ? "dead" : "alive") },
  };
  let hasLooked = false;
  const transact: Store["transact"] = async (decide, options) => {
    if (!hasLooked) {
      hasLooked = true;
      await acquireLocks([{ app, me: { ...here.as("writer"), process }, paths: ["f"] }], OPTIONS);
      here.write("f", "written by the one who died");
      isDead = true;
    }
    return app.store.transact(decide, options);
  };
  const other = here.as("other");
  await releaseLock({ ...app, store: { ...app.store, transact } }, other, "f");
  const { locks } = await acquireLocks([{ app, me: other, paths: ["f"] }], OPTIONS);
  expect(locks).toHaveLength(1);
  const [lock] = app.store.locks();
  const ledger = lock === undefined ? undefined : app.store.path(lock.key).ledger;
  expect(ledger === undefined ? undefined : lastWrite(ledger)?.instance_id).toBe("writer");
});
