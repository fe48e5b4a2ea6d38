import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runner } from "../../src/cli/runner.ts";
import { coordError } from "../../src/domain/errors.ts";
import { findCommand } from "../../src/platform/find-command.ts";
import { groupWitness } from "../../src/platform/group-witness.ts";
import { loadNative } from "../../src/platform/sys/load.ts";
import { until } from "../hooks/project.ts";

/** The exit code of a command that makes a file `ready` and then loses its lock. */
async function exitCodeOf(script: string): Promise<number | undefined> {
  const dir = mkdtempSync(join(tmpdir(), "coord-runner-"));
  const { sys } = await loadNative();
  const program = { file: "/bin/sh", words: ["sh", "-c", script] };
  const env = { PATH: process.env["PATH"], READY: join(dir, "ready") };
  const running = runner(sys, program, { env, instance: "me", json: true, graceMs: 50 });
  const isReady = until("the command is ready", () => existsSync(env.READY));
  const lost = isReady.then(() => coordError("LOCK_EXPIRED", "The lock is lost (a test)"));
  try {
    return await running.work(lost);
  } finally {
    running.close();
    rmSync(dir, { recursive: true });
  }
}

test("a command whose lock is lost is ended by SIGTERM", async () => {
  expect(await exitCodeOf(': > "$READY"; exec sleep 60')).toBe(143);
});

test("one that ignores that is killed after its time of grace", async () => {
  // What is ignored stays ignored by the program that follows.
  expect(await exitCodeOf(`trap '' TERM; : > "$READY"; exec sleep 60`)).toBe(137);
});

test("where the system starts no witness, no signal counts as seen by the group", async () => {
  const witness = groupWitness(() => {
    throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
  });
  expect(await witness.saw("SIGTERM")).toBe(false);
  witness.close();
});

test("findCommand() finds what execvp(3) finds", () => {
  expect(findCommand("sh", "/nowhere:/bin")).toEqual({ found: "yes", path: "/bin/sh" });
  expect(findCommand("/bin/sh", undefined)).toEqual({ found: "yes", path: "/bin/sh" });
  expect(findCommand("passwd", "/etc:/nowhere")).toEqual({ found: "barred", path: "/etc/passwd" });
  expect(findCommand("passwd", "/nowhere").found).toBe("no");
  for (const name of ["", "a\0b", "/no/such", "nosuch"]) expect(findCommand(name, "/bin").found).toBe("no");
});
