import { describe, expect, test } from "bun:test";
import { CHECK_EXIT_CODES, renderCheck, renderWaited } from "../../src/cli/check-view.ts";
import type { LockView } from "../../src/cli/lock-view.ts";

function lock(file_path: string): LockView {
  return {
    lock_id: "l1",
    file_path,
    worktree: "",
    kind: "claim",
    lock_type: "write",
    locked_by: { instance_id: "claude-3f9c2ab81d04", agent_role: "backend-architect", pid: 4711 },
    locked_at: "2026-01-08T12:41:00Z",
    expires_at: "2026-01-08T12:46:00Z",
    intent: "add login",
    fence: 7,
  };
}

describe("renderCheck()", () => {
  test("says how a path stands, and what to type next", () => {
    const at = (state: "free" | "mine" | "held" | "expired" | "changed", held: boolean): string =>
      renderCheck({ file_path: "src/a.ts", state, lock: held ? lock("src/a.ts") : null }, "a.ts");
    expect(at("free", false)).toBe("Free: src/a.ts\nTo lock it: coord lock acquire a.ts");
    expect(at("mine", true)).toBe(
      "Yours: src/a.ts, since 2026-01-08T12:41:00Z, until 2026-01-08T12:46:00Z unless renewed\nLock ID: l1\nTo give it back: coord lock release a.ts",
    );
    expect(at("held", true)).toBe(
      'Held: src/a.ts by claude-3f9c2ab81d04 (role "backend-architect"), since 2026-01-08T12:41:00Z, until 2026-01-08T12:46:00Z unless renewed\nLock ID: l1\nTo wait: coord lock wait a.ts --timeout 60s',
    );
    expect(at("expired", false)).toBe(
      "Expired: your lock on src/a.ts has ended, nobody has had it since\nTo lock it again: coord lock acquire a.ts",
    );
    expect(at("changed", false)).toBe(
      "Changed: src/a.ts is not what you locked or last saw\nRead it again, then: coord lock acquire a.ts",
    );
  });

  test("names who was granted it since, and offers what works: to wait while he holds it, to read again after", () => {
    const lost = { file_path: "src/a.ts", state: "changed", reason: "granted_to_another", granted_to: "bob" } as const;
    expect(renderCheck({ ...lost, lock: lock("src/a.ts") }, "a.ts")).toBe(
      "Changed: your lock on src/a.ts had ended, and bob was granted it since\nTo wait: coord lock wait a.ts --timeout 60s",
    );
    expect(renderCheck({ ...lost, lock: null }, "a.ts")).toBe(
      "Changed: your lock on src/a.ts had ended, and bob was granted it since\nRead it again, then: coord lock acquire a.ts",
    );
  });

  test("names who ended a lock by force", () => {
    const forced = { by: "carol", at: "2026-01-08T12:43:00Z" };
    expect(renderCheck({ file_path: "x", state: "expired", lock: null, forced }, "x")).toStartWith(
      "Expired: your lock on x was ended by force by carol at 2026-01-08T12:43:00Z, nobody has had it since\n",
    );
    expect(renderCheck({ file_path: "x", state: "changed", lock: null, granted_to: "bob", forced }, "x")).toStartWith(
      "Changed: your lock on x was ended by force by carol at 2026-01-08T12:43:00Z, and bob was granted it since\n",
    );
  });

  test("never offers a claim to a session, whose edits take their locks themselves", () => {
    for (const state of ["free", "expired", "changed"] as const) {
      const view = { file_path: "x", state, lock: null };
      for (const text of [renderCheck(view, "x", { inSession: true }), renderWaited(view, "x", { inSession: true })]) {
        expect(text).toContain("the edit takes the lock itself");
        expect(text).not.toContain("coord lock acquire");
      }
    }
  });

  test("never prints a command that would do something else than it seems", () => {
    const typed = (asked: string): string =>
      renderCheck({ file_path: "x", state: "free", lock: null }, asked).split("acquire ")[1] ?? "";
    expect(typed("it's; rm -rf ~")).toBe(`'it'\\''s; rm -rf ~'`);
    expect(typed("$(id)")).toBe("'$(id)'");
    expect(typed("--force")).toBe("./--force");
    expect(typed("a\nb")).toBe("$'a\\012b'");
  });

  test("goes with the exit codes of DESIGN section 4", () => {
    expect(CHECK_EXIT_CODES).toEqual({ free: 0, mine: 0, held: 10, expired: 11, changed: 12 });
  });
});

test("renderWaited() says that it is free, and who has changed it since it was seen", () => {
  const changed = { file_path: "src/a.ts", state: "changed", lock: null } as const;
  expect(renderWaited({ ...changed, reason: "content", changed_by: "bob" }, "a.ts")).toBe(
    "Free: src/a.ts; bob has changed it since you saw it: read it again\nTo lock it: coord lock acquire a.ts",
  );
  expect(renderWaited({ ...changed, reason: "granted_to_another", granted_to: "bob" }, "a.ts")).toBe(
    "Free: src/a.ts; your lock on it had ended, and bob was granted it since: read it again\nTo lock it: coord lock acquire a.ts",
  );
});
