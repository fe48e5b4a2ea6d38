import { describe, expect, test } from "bun:test";
import { renderInstanceList, renderInstanceShow } from "../../src/cli/instance-view.ts";
import { renderStatus, type HeldView, type InstanceView, type StatusView } from "../../src/cli/status-view.ts";

const PLAIN = { color: false, verbose: false };

function lock(file_path: string, changes: Partial<HeldView> = {}): HeldView {
  return {
    lock_id: "l-1",
    file_path,
    worktree: "",
    kind: "claim",
    intent: "add login",
    locked_at: "2026-01-08T12:41:00Z",
    expires_at: "2026-01-08T12:50:53Z",
    age_ms: 293_000,
    ...changes,
  };
}

function instance(instance_id: string, changes: Partial<InstanceView> = {}): InstanceView {
  return {
    instance_id,
    agent_role: "backend-system-architect",
    task: "Implement user authentication API",
    branch: "feature/auth-system",
    worktree: "",
    status: "active",
    last_heartbeat: "2026-01-08T12:45:53Z",
    locks: [],
    ...changes,
  };
}

const TWO: StatusView = {
  instances: [
    instance("claude-3f9c2ab81d04", { locks: [lock("backend/app/api/routes/auth.py"), lock("backend/app/db.py")] }),
    instance("claude-77aa01b2c3d4", {
      agent_role: "main",
      task: "General development",
      branch: null,
      worktree: "review",
      status: "idle",
      locks: [lock("README.md", { worktree: "review", intent: "" })],
    }),
  ],
  totals: { instances: 2, locks: 3, decisions: 12 },
  recent_decisions: [
    {
      decision_id: "DEC-20260108-0012-a1b2c3",
      title: "Use JWT",
      category: "security",
      timestamp: "2026-01-08T12:00:00Z",
      status: "accepted",
    },
  ],
};

describe("renderStatus()", () => {
  test("prints the layout of DESIGN section 4", () => {
    expect(renderStatus(TWO, PLAIN)).toBe(`======================================
  Claude Code Coordination Status
======================================

Active Instances: 2

Instance: claude-3f9c2ab81d04
  Role: backend-system-architect
  Task: Implement user authentication API
  Branch: feature/auth-system
  Status: active
  Files Locked: 2
  Last Heartbeat: 2026-01-08T12:45:53Z
  Locked Files:
    - backend/app/api/routes/auth.py
    - backend/app/db.py

Instance: claude-77aa01b2c3d4
  Role: main
  Task: General development
  Branch: -
  Worktree: review
  Status: idle
  Files Locked: 1
  Last Heartbeat: 2026-01-08T12:45:53Z
  Locked Files:
    - README.md (worktree review)

--------------------------------------
Total File Locks: 3
Total Decisions Logged: 12
======================================`);
  });

  test("adds locks and decisions when verbose", () => {
    const text = renderStatus(TWO, { color: false, verbose: true });
    expect(text.slice(text.indexOf("Total File Locks"))).toBe(`Total File Locks: 3

Lock Details:
  File: backend/app/api/routes/auth.py
    Locked By: claude-3f9c2ab81d04
    Kind: claim
    Intent: add login
    Age: 4m 53s
    Expires: 2026-01-08T12:50:53Z
    Lock ID: l-1

  File: backend/app/db.py
    Locked By: claude-3f9c2ab81d04
    Kind: claim
    Intent: add login
    Age: 4m 53s
    Expires: 2026-01-08T12:50:53Z
    Lock ID: l-1

  File: README.md (worktree review)
    Locked By: claude-77aa01b2c3d4
    Kind: claim
    Intent: -
    Age: 4m 53s
    Expires: 2026-01-08T12:50:53Z
    Lock ID: l-1

Total Decisions Logged: 12

Recent Decisions (last 5):
  [DEC-20260108-0012-a1b2c3] Use JWT
    Category: security
    Made At: 2026-01-08T12:00:00Z
    Status: accepted

======================================`);
  });

  test("says so when nobody is here, with the totals all the same", () => {
    const view = { instances: [], totals: { instances: 0, locks: 0, decisions: 3 }, recent_decisions: [] };
    for (const verbose of [false, true]) {
      expect(renderStatus(view, { color: false, verbose })).toBe(`======================================
  Claude Code Coordination Status
======================================

Active Instances: 0

No active instances.

--------------------------------------
Total File Locks: 0
Total Decisions Logged: 3
======================================`);
    }
  });

  test("shows a stale instance without counting it", () => {
    const stale = instance("cli-ann-77-1", { status: "stale" });
    const text = renderStatus({ ...TWO, instances: [stale], totals: { ...TWO.totals, instances: 0 } }, PLAIN);
    expect(text).toContain("Active Instances: 0\n\nNo active instances.\n\nInstance: cli-ann-77-1\n");
    expect(text).toContain("  Status: stale\n");
  });

  test("lets nothing from the state act on the terminal or start a line", () => {
    const evil = "x\u001b[2J\r\n  Status: active\u202e\u{e0041}";
    const view: StatusView = {
      instances: [
        instance(evil, {
          agent_role: evil,
          task: evil,
          branch: evil,
          worktree: evil,
          last_heartbeat: evil,
          locks: [lock(evil, { worktree: evil, intent: evil, kind: evil, expires_at: evil })],
        }),
      ],
      totals: { instances: 1, locks: 1, decisions: 1 },
      recent_decisions: [{ decision_id: evil, title: evil, category: evil, timestamp: evil, status: evil }],
    };
    const clean = renderStatus(
      { ...view, instances: [instance("i", { worktree: "w", locks: [lock("f", { worktree: "w" })] })] },
      { color: false, verbose: true },
    );
    const text = renderStatus(view, { color: false, verbose: true });
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\u{e0041}/u);
    expect(text.split("\n")).toHaveLength(clean.split("\n").length);
    expect(text).toContain("Role: x\\u{1b}[2J\\r\\n  Status: active\\u{202e}\\u{e0041}\n");
  });

  test("uses colour only when asked to", () => {
    const colored = renderStatus(TWO, { color: true, verbose: false });
    expect(colored).toContain("Instance: \u001b[1mclaude-3f9c2ab81d04\u001b[0m\n");
    expect(colored).toContain("  Status: \u001b[32mactive\u001b[0m\n");
    expect(Bun.stripANSI(colored)).toBe(renderStatus(TWO, PLAIN));
  });
});

describe("renderInstanceList()", () => {
  test("gives each instance a line", () => {
    expect(renderInstanceList(TWO.instances, PLAIN))
      .toBe(`claude-3f9c2ab81d04  active  role "backend-system-architect", task "Implement user authentication API", 2 locks
claude-77aa01b2c3d4  idle    role "main", task "General development", 1 lock

Total: 2 instance(s)`);
  });

  test("says what to type when there is none", () => {
    expect(renderInstanceList([], PLAIN)).toBe(
      "No instances\nTo register one: coord instance register --task TASK --role ROLE",
    );
  });
});

test("renderInstanceShow() prints one instance as status does", () => {
  expect(renderInstanceShow(instance("claude-1"), PLAIN)).toBe(`Instance: claude-1
  Role: backend-system-architect
  Task: Implement user authentication API
  Branch: feature/auth-system
  Status: active
  Files Locked: 0
  Last Heartbeat: 2026-01-08T12:45:53Z`);
});
