/** `kill -9` in the middle of `coord lock acquire A B`, right before each of its renames. */
import { expect, test } from "bun:test";
import { BINARY, layProject } from "../hooks/project.ts";
import { faults } from "../hooks/state.ts";
import { coord, json, locksSchema } from "./cli.ts";

/** More renames than taking two paths needs. */
const MANY = 40;
const canTrace =
  process.platform === "linux" &&
  Bun.spawnSync(["sh", "-c", "strace -f -qq -o /dev/null true 2>/dev/null"]).exitCode === 0;

// Skipped where strace is not installed or may not trace: nothing else stops a process right before its nth call.
test.skipIf(!canTrace)("acquire of two paths that is killed before any of its renames leaves both or none", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "warm-up.ts", "--as", "other"]);
  const found = new Set<number>();
  for (let n = 1; ; n += 1) {
    expect(n).toBeLessThan(MANY);
    const paths = [`a-${n}.ts`, `b-${n}.ts`];
    const inject = ["-e", "trace=renameat,rename", "-e", `inject=renameat,rename:signal=KILL:when=${n}`];
    const words = ["strace", "-f", "-qq", "-o", "/dev/null", ...inject, BINARY, "lock", "acquire", ...paths];
    const { exitCode } = Bun.spawnSync([...words, "--as", `agent-${n}`], { cwd: project.dir, env: project.env });
    const { locks } = json(project, locksSchema, ["lock", "list"]);
    const held = locks.filter((lock) => paths.includes(lock.file_path));
    expect(new Set(held.map((lock) => lock.locked_by.instance_id)).size).toBeLessThan(2);
    // The next one can work at once, and repairs what is left to repair.
    expect(coord(project, ["lock", "acquire", ...paths, "--as", "next"]).code).toBe(held.length === 0 ? 0 : 10);
    if (exitCode === 0) break;
    found.add(held.length);
  }
  expect(found).toEqual(new Set([0, 2]));
  coord(project, ["lock", "cleanup"]);
  expect(faults(project.state).filter((fault) => !fault.startsWith("tmp/"))).toEqual([]);
});
