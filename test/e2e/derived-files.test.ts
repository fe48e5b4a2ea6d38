/** What lies in the state folder for others: the register in the bash edition's format, and the schemas. */
import { expect, test } from "bun:test";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { session } from "../hooks/session.ts";
import { coord } from "./cli.ts";

const registry = (project: Project): unknown =>
  JSON.parse(readFileSync(join(project.state, "work-registry.json"), "utf8"));

test("work-registry.json shows who is at work, in the known format, from a session's start to its end", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  const a = session(project);
  await a.prompt("Rename the constants");
  await a.write("a.ts", "A\n");
  await session(project).start();
  expect(registry(project)).toMatchObject({
    schema_version: "1.0.0",
    instances: [
      {
        instance_id: a.id,
        worktree_path: project.dir,
        pid: a.client.pid,
        current_task: { description: "Rename the constants", agent_role: "main" },
        files_locked: ["a.ts"],
        heartbeat: { heartbeat_file: `heartbeats/${a.id}.json` },
        status: "active",
        metadata: { os: "linux", branch: "main" },
      },
      {},
    ],
  });
  await a.end();
  expect(registry(project)).toMatchObject({ instances: [{ files_locked: [] }] });
});

test("status makes a broken work-registry.json anew", () => {
  using project = layProject();
  writeFileSync(join(project.state, "work-registry.json"), "{ half");
  expect(coord(project, ["status"]).code).toBe(0);
  expect(registry(project)).toMatchObject({ instances: [] });
});

test("init lays the schemas of the state's files beside them", () => {
  using project = layProject({ state: false });
  expect(coord(project, ["init"]).code).toBe(0);
  const folder = join(project.state, "schemas");
  const committed = join(import.meta.dir, "../../schemas");
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(committed, name), "utf8"));
  }
  expect(readdirSync(folder)).toContain("lock.schema.json");
});
