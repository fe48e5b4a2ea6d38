/** `coord lock renew` and `verify`: exit codes, `--json` and what people read. */
import { expect, test } from "bun:test";
import { layProject, until } from "../hooks/project.ts";
import { checkSchema, coord, json, jsonError, locksSchema } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

test("renew prints the lock with its new end", () => {
  using project = layProject();
  const { locks } = json(project, locksSchema, ["lock", "acquire", "a.ts", "--ttl", "1m"], A);
  const renewed = json(project, locksSchema, ["lock", "renew", "a.ts", "--ttl", "2h"], A).locks;
  expect(renewed).toMatchObject([{ lock_id: locks[0]?.lock_id ?? "", fence: locks[0]?.fence ?? 0 }]);
  expect(Date.parse(renewed[0]?.expires_at ?? "") - Date.parse(locks[0]?.expires_at ?? "")).toBeGreaterThan(3_600_000);
  expect(coord(project, ["lock", "renew", "a.ts"], A).out).toStartWith("Renewed: a.ts, until ");
});

test("renew is 10, 11, 12 or 13 where there is nothing to renew", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "b.ts", "--ttl", "200ms"], A);
  await until("the lock is over", () => coord(project, ["lock", "check", "a.ts"], A).code === 11);
  coord(project, ["lock", "acquire", "b.ts"], B);
  const code = (path: string, as: typeof A | typeof B): number =>
    jsonError(project, ["lock", "renew", path], as).exit_code;
  expect([code("a.ts", A), code("b.ts", A), code("free.ts", A)]).toEqual([11, 12, 11]);
  const stranger = { env: { COORD_INSTANCE_ID: "stranger" } };
  expect(jsonError(project, ["lock", "renew", "b.ts"], stranger).exit_code).toBe(10);
  expect(jsonError(project, ["lock", "renew", "free.ts"], stranger).exit_code).toBe(13);
});

test("verify is 0 for what is still mine, and the fence decides between two locks of mine", () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  coord(project, ["lock", "acquire", "a.ts"], A);
  expect(json(project, checkSchema, ["lock", "verify", "a.ts", "--fence", "1"], A)).toMatchObject({ state: "mine" });
  const other = coord(project, ["lock", "verify", "a.ts", "--fence", "2"], A);
  expect([other.code, other.out]).toEqual([12, expect.stringContaining("with fence 1 and not 2")]);
  project.write("a.ts", "changed\n");
  const changed = coord(project, ["lock", "verify", "a.ts", "--fence", "2"], A);
  expect([changed.code, changed.out]).toEqual([12, expect.stringContaining("with fence 1 and not 2")]);
  expect(json(project, checkSchema, ["lock", "verify", "a.ts"], B, 10)).toMatchObject({ state: "held" });
  expect(json(project, checkSchema, ["lock", "verify", "b.ts"], A, 11)).toMatchObject({ state: "free", lock: null });
  project.write("a.ts", "2\n");
  expect(json(project, checkSchema, ["lock", "verify", "a.ts"], A, 12)).toMatchObject({ state: "changed" });
  expect(jsonError(project, ["lock", "verify", "a.ts", "--fence", "x"], A)).toMatchObject({ code: "USAGE" });
});
