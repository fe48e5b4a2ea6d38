import { describe, expect, test } from "bun:test";
import {
  CHECK_EXIT_CODES,
  renderAcquired,
  renderCheck,
  renderCleanup,
  renderLockList,
  renderReleased,
  type LockView,
} from "../../src/cli/lock-view.ts";

function lock(file_path: string, changes: Partial<LockView> = {}): LockView {
  return {
    lock_id: "l1",
    file_path,
    worktree: "",
    kind: "claim",
    lock_type: "write",
    locked_by: { instance_id: "claude-3f9c2ab81d04", agent_role: "backend-architect" },
    locked_at: "2026-01-08T12:41:00Z",
    expires_at: "2026-01-08T12:46:00Z",
    intent: "add login",
    fence: 7,
    ...changes,
  };
}

describe("renderAcquired()", () => {
  test("names each path, until when, and the command that gives them back as they were typed", () => {
    expect(renderAcquired([lock("src/a.ts"), lock("src/b c.ts")], ["a.ts", "b c.ts"], []))
      .toBe(`Locked: src/a.ts, until 2026-01-08T12:46:00Z unless renewed
Locked: src/b c.ts, until 2026-01-08T12:46:00Z unless renewed
To give it back: coord lock release a.ts 'b c.ts'`);
  });

  test("tells from whom a lock was taken over", () => {
    expect(renderAcquired([lock("a")], ["a"], ["claude-dead"])).toStartWith(
      "Taken over from claude-dead, whose lock had ended\n",
    );
  });
});

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

  test("never prints a command that would do something else than it seems", () => {
    const typed = (asked: string): string =>
      renderCheck({ file_path: "x", state: "free", lock: null }, asked).split("acquire ")[1] ?? "";
    expect(typed("it's; rm -rf ~")).toBe(`'it'\\''s; rm -rf ~'`);
    expect(typed("$(id)")).toBe("'$(id)'");
    expect(typed("--force")).toBe("./--force");
    expect(typed("a\nb")).toBe("PATH");
  });

  test("goes with the exit codes of DESIGN section 4", () => {
    expect(CHECK_EXIT_CODES).toEqual({ free: 0, mine: 0, held: 10, expired: 11, changed: 12 });
  });
});

describe("renderReleased()", () => {
  test("tells what was released from what was not locked", () => {
    expect(
      renderReleased([
        { file_path: "a", state: "released" },
        { file_path: "b", state: "free" },
      ]),
    ).toBe("Released: a\nNot locked: b");
    expect(renderReleased([])).toBe("No locks to release");
  });
});

describe("renderLockList()", () => {
  test("prints the list of the bash edition", () => {
    expect(renderLockList([lock("src/a.ts"), lock("b", { worktree: "review" })])).toBe(`Active File Locks:
==================

File: src/a.ts
  Locked By: claude-3f9c2ab81d04
  Lock Type: write
  Intent: add login
  Locked At: 2026-01-08T12:41:00Z
  Expires At: 2026-01-08T12:46:00Z
  Lock ID: l1

File: b (worktree review)
  Locked By: claude-3f9c2ab81d04
  Lock Type: write
  Intent: add login
  Locked At: 2026-01-08T12:41:00Z
  Expires At: 2026-01-08T12:46:00Z
  Lock ID: l1

Total: 2 lock(s)`);
    expect(renderLockList([])).toBe("Active File Locks:\n==================\n\nNo active locks");
  });

  test("keeps a foreign name on its line", () => {
    expect(renderLockList([lock("a\nFile: b\u001b[A")])).toContain("File: a\\nFile: b\\u{1b}[A\n");
  });
});

test("renderCleanup() names what went", () => {
  expect(renderCleanup(["claude-1"], ["a", "b"])).toBe(
    "Forgotten: claude-1\nUnlocked: a\nUnlocked: b\nCleaned up 1 stale instance and 2 locks",
  );
  expect(renderCleanup([], [])).toBe("Cleaned up 0 stale instances and 0 locks");
});
