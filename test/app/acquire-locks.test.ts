import { expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { typedPath } from "../../src/app/paths.ts";
import { place, thrown } from "./project.ts";

const PLAIN = { intent: "", ttlMs: undefined };

test("acquireLocks() answers the locks in the order in which they were asked for", async () => {
  using here = await place();
  const { locks, fresh } = await acquireLocks([here.share("a", "b.ts", "a.ts")], PLAIN);
  expect(locks.map((lock) => lock.file_path)).toEqual(["b.ts", "a.ts"]);
  expect(fresh.map(({ typed }) => typed)).toEqual(["b.ts", "a.ts"]);
});

test("acquireLocks() takes a file that is named twice once", async () => {
  using here = await place();
  const { locks } = await acquireLocks([here.share("a", "a.ts", "./a.ts", "d/../a.ts")], PLAIN);
  expect(locks.map((lock) => [lock.file_path, lock.fence])).toEqual([["a.ts", 1]]);
});

test("acquireLocks() that is refused changes no path, and names every path that is held with its holder", async () => {
  using here = await place();
  await acquireLocks([here.share("a", "b.ts")], PLAIN);
  await acquireLocks([here.share("b", "d.ts")], PLAIN);
  const error = await thrown(acquireLocks([here.share("c", "a.ts", "b.ts", "c.ts", "d.ts")], PLAIN));
  expect(error).toMatchObject({
    code: "LOCK_HELD",
    hint: "coord lock acquire a.ts b.ts c.ts d.ts --wait 60s",
    data: {
      holders: [
        { file_path: "b.ts", locked_by: { instance_id: "a" } },
        { file_path: "d.ts", locked_by: { instance_id: "b" } },
      ],
    },
  });
  expect(error instanceof Error ? error.message : "").toMatch(
    /^Cannot lock "b.ts": held by a since .*; nor "d.ts": held by b since .*; nothing was locked$/,
  );
  expect((await listLocks(here.app)).map((lock) => lock.file_path)).toEqual(["b.ts", "d.ts"]);
  for (const name of ["a.ts", "c.ts"]) {
    expect(here.app.store.path(typedPath(here.app, name).key)).toEqual({ lock: undefined, ledger: undefined });
  }
});

test("acquireLocks() renews what is mine and says which locks are new", async () => {
  using here = await place();
  const [first] = (await acquireLocks([here.share("a", "a.ts")], PLAIN)).locks;
  const { locks, fresh } = await acquireLocks([here.share("a", "a.ts", "b.ts")], PLAIN);
  expect(locks[0]?.lock_id).toBe(first?.lock_id ?? "");
  expect(fresh.map(({ typed }) => typed)).toEqual(["b.ts"]);
});

test("acquireLocks() refuses a bad path before anything is taken", async () => {
  using here = await place();
  expect(await thrown(acquireLocks([here.share("a", "a.ts", "dir/")], PLAIN))).toMatchObject({ code: "USAGE" });
  expect(await listLocks(here.app)).toEqual([]);
});

test("acquireLocks() over two states gives back what it took in one when the other refuses, but not what was held before", async () => {
  using first = await place();
  using second = await place();
  await acquireLocks([first.share("a", "mine.ts")], PLAIN);
  await acquireLocks([second.share("b", "x.ts")], PLAIN);
  // The refusal comes between the look at the second state and its step.
  const blind = { ...second.app.store, path: () => ({ lock: undefined, ledger: undefined }) };
  const shares = [
    first.share("a", "mine.ts", "new.ts"),
    { ...second.share("a", "x.ts"), app: { ...second.app, store: blind } },
  ];
  for (const order of [shares, shares.toReversed()]) {
    expect(await thrown(acquireLocks(order, PLAIN))).toMatchObject({ code: "LOCK_HELD" });
    expect((await listLocks(first.app)).map((lock) => lock.file_path)).toEqual(["mine.ts"]);
  }
});
