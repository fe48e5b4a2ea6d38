/** A state folder that the bash edition left: it works at once, with `coord init` and without. DESIGN section 6. */
import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { entries, leftovers } from "../hooks/state.ts";
import { coord } from "./cli.ts";
import { script, tool } from "./dropin.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const OLD = "claude-20260108-142013-128be95c";
const T = "2026-01-08T14:20:14Z";

/** The shapes of BASH_EDITION.md section 1, as its scripts wrote them. */
function layLeft(): Project {
  const project = layProject({ state: false, files: { "src/a.py": "x\n" } });
  const lay = (name: string, value: unknown): void =>
    project.write(
      `.claude/coordination/${name}`,
      typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`,
    );
  lay("work-registry.json", {
    schema_version: "1.0.0",
    registry_updated_at: T,
    instances: [
      {
        instance_id: OLD,
        worktree_path: project.dir,
        pid: 4711,
        current_task: { description: "General development", agent_role: "main", started_at: T },
        files_locked: ["src/a.py"],
        heartbeat: { last_ping: T, heartbeat_file: `${project.state}/heartbeats/${OLD}.json` },
        status: "active",
        metadata: { os: "Linux", branch: "main", user: "dev" },
      },
    ],
  });
  lay("work-registry.json.lock", "");
  lay(`heartbeats/${OLD}.json`, { instance_id: OLD, pid: 4711, last_ping: T, ping_count: 3, status: "active" });
  // Named by base64 of the path.
  lay("locks/c3JjL2EucHk.json", {
    schema_version: "1.0.0",
    file_path: "src/a.py",
    lock_type: "write",
    locked_by: { instance_id: OLD, pid: 4711 },
    locked_at: T,
    expires_at: "2026-01-08T14:25:14Z",
    file_hash: "0".repeat(40),
    intent: "Modifying file via Claude Code",
  });
  lay("decision-log.json", {
    schema_version: "1.0.0",
    log_created_at: T,
    decisions: ["0000", "0001", "0001"].map((number, at) => ({
      decision_id: `DEC-20260108-${number}`,
      timestamp: T,
      made_by: { instance_id: OLD },
      category: "architecture",
      title: `Old decision ${at}`,
      description: "Made by the bash edition",
      impact: { scope: "local" },
      status: "accepted",
    })),
  });
  lay("decision-log.json.lock", "");
  lay("schemas/work-registry.schema.json", { $schema: "http://json-schema.org/draft-07/schema#" });
  lay("config.json", { $schema: "coordination://config/v1", version: "1.0.0", locking: { default_ttl_seconds: 60 } });
  lay("README.md", "# Multi-Instance Coordination System\n");
  for (const name of ["coord-status", "coord-lock", "coord-decisions"]) {
    lay(`bin/${name}`, "#!/bin/bash\nexit 99\n");
    chmodSync(join(project.state, "bin", name), 0o755);
  }
  lay("lib/coordination.sh", "coord_init() { return 99; }\n");
  return project;
}

/** Everything works, nobody from then is here, and the decisions are. */
function works(project: Project): void {
  expect(coord(project, ["lock", "acquire", "src/a.py"], A).code).toBe(0);
  expect(coord(project, ["lock", "check", "src/a.py"], { env: { COORD_INSTANCE_ID: "agent-b" } }).code).toBe(10);
  const status = coord(project, ["status"]);
  expect(status.code).toBe(0);
  expect(status.out).toContain("Active Instances: 1\n");
  expect(status.out).toContain("Total File Locks: 1\n");
  expect(status.out).not.toContain(OLD);
  const listed = coord(project, ["decisions", "list"]).out;
  for (let at = 0; at < 3; at += 1) expect(listed).toContain(`] Old decision ${at}\n`);
  expect(coord(project, ["decisions", "query", "DEC-20260108-0000"]).out).toContain("Old decision 0");
  expect(
    coord(project, ["decisions", "add", "--category", "testing", "--title", "New", "--description", "d"], A).code,
  ).toBe(0);
  expect(coord(project, ["lock", "release", "src/a.py"], A).code).toBe(0);
  expect(coord(project, ["lock", "cleanup"]).code).toBe(0);
  expect(coord(project, ["lock", "list"])).toMatchObject({ code: 0, out: expect.stringContaining("No active locks") });
}

describe("a state folder of the bash edition", () => {
  test("works without init, by coord's own commands", () => {
    using project = layLeft();
    works(project);
  });

  test("works after init, which says what it has replaced; its commands and functions then are ours", () => {
    using project = layLeft();
    const { code, out, err } = coord(project, ["init"]);
    expect([code, err]).toEqual([
      0,
      "coord: warn: decision-log.json was not written by coord: 3 decision(s) taken over, 0 known\n",
    ]);
    expect(out).toStartWith(`Already there: ${project.state}\nReplaced: bin/coord-status; `);
    expect(tool(project, "coord-status", []).out).toContain("No active instances.");
    expect(tool(project, "coord-decisions", ["query", "DEC-20260108-0000"]).out).toContain("Title: Old decision 0\n");
    expect(
      script(project, "coord_acquire_lock src/a.py; coord_check_lock src/a.py; coord_release_lock src/a.py", A),
    ).toEqual({
      code: 0,
      out: "",
      err: "",
    });
    works(project);
  });

  test("loses nothing of the user's", () => {
    using project = layLeft();
    const kept = ["README.md", "config.json", "schemas/work-registry.schema.json"].map(
      (name) => [name, readFileSync(join(project.state, name), "utf8")] as const,
    );
    coord(project, ["init"]);
    works(project);
    for (const [name, text] of kept) expect(readFileSync(join(project.state, name), "utf8")).toBe(text);
    expect(entries(join(project.state, "bin")).filter((name) => name.endsWith(".bash-edition"))).toHaveLength(3);
    expect(leftovers(project.state).filter((name) => name.startsWith("corrupt/"))).toEqual([]);
  });
});
