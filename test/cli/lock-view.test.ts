import { describe, expect, test } from "bun:test";
import {
  renderAcquired,
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
    locked_by: { instance_id: "claude-3f9c2ab81d04", agent_role: "backend-architect", pid: 4711 },
    locked_at: "2026-01-08T12:41:00Z",
    expires_at: "2026-01-08T12:46:00Z",
    intent: "add login",
    fence: 7,
    ...changes,
  };
}

describe("renderAcquired()", () => {
  test("names each path, until when, and the command that gives them back as they were typed", () => {
    expect(renderAcquired([lock("src/a.ts"), lock("src/b c.ts")], ["a.ts", "b c.ts"], [], []))
      .toBe(`Locked: src/a.ts, until 2026-01-08T12:46:00Z unless renewed
  Fence: 7
Locked: src/b c.ts, until 2026-01-08T12:46:00Z unless renewed
  Fence: 7
To give it back: coord lock release a.ts 'b c.ts'`);
  });

  test("tells from whom a lock was taken over", () => {
    expect(renderAcquired([lock("a")], ["a"], ["claude-dead"], [])).toStartWith(
      "Taken over from claude-dead, whose lock had ended\n",
    );
  });
});

describe("renderAcquired() of a shell's lock", () => {
  test("says with which process it ends, and what has to be read first", () => {
    const mine = lock("a", { locked_by: { instance_id: "cli-me-42-7", agent_role: "main", pid: 42 } });
    const lines = renderAcquired([mine], ["a"], [], [{ typed: "a", by: "bob", at: "2026-01-08T12:40:00Z" }]);
    expect(lines).toContain("  Ends with process 42 at the latest: this shell\n");
    expect(lines).toContain("Read it first: a was changed by bob at 2026-01-08T12:40:00Z\n");
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
  Fence: 7

File: b (worktree review)
  Locked By: claude-3f9c2ab81d04
  Lock Type: write
  Intent: add login
  Locked At: 2026-01-08T12:41:00Z
  Expires At: 2026-01-08T12:46:00Z
  Lock ID: l1
  Fence: 7

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
