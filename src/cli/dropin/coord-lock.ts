import { cleanUp } from "../../app/cleanup.ts";
import { listLocks } from "../../app/check-lock.ts";
import { registryWarnings } from "../../app/work-registry.ts";
import { actingAs } from "../acting.ts";
import { groundOf } from "../ground.ts";
import { sweepSettingsScratch } from "../settings-scratch.ts";
import { fileName } from "../status-view.ts";
import { acquireIn, checkIn, releaseIn, type Acting } from "./locking.ts";
import { misused } from "./misused.ts";
import { show, type Say } from "./say.ts";
import { splitWords } from "./split-words.ts";

export const LOCK_USAGE = `Usage: coord-lock [command] [file]

Commands:
  acquire <file> [intent]   Acquire a write lock on a file
  release <file>            Release a lock on a file
  check <file>              Check if a file is locked
  list                      List all active locks
  cleanup                   Clean up expired locks and stale instances

Exit codes: 0 done, 10 another holds it, 11 my lock expired, 12 granted to another since, 2 usage, 1 failure

Examples:
  coord-lock acquire src/api.ts "split the router"
  coord-lock check src/api.ts
  coord-lock list`;

const DEFAULT_INTENT = "Manual lock via CLI";

/** `coord-lock`: answers the exit code. */
export async function coordLock(words: readonly string[], say: Say): Promise<number> {
  const [command, ...rest] = words;
  switch (command) {
    case "acquire":
      return acquire(rest, say);
    case "release":
      return withPath(rest, say, "Releasing", "Lock released successfully", releaseIn);
    case "check":
      return check(rest, say);
    case "list":
      if (rest.length > 0) return misused(say, `Unknown option: ${show(rest[0] ?? "")}`, LOCK_USAGE);
      return list(say);
    case "cleanup":
      if (rest.length > 0) return misused(say, `Unknown option: ${show(rest[0] ?? "")}`, LOCK_USAGE);
      return cleanup(say);
    case undefined:
      return misused(say, "Error: Command required", LOCK_USAGE);
    default:
      return misused(say, `Error: Unknown command '${show(command)}'`, LOCK_USAGE);
  }
}

const me: Acting = (app) => actingAs(app, undefined);

async function acquire(words: readonly string[], say: Say): Promise<number> {
  const { options, others, unknown } = splitWords(words, ["intent"]);
  const [path, positional, surplus] = others;
  const wrong = unknown ?? surplus;
  if (wrong !== undefined) return misused(say, `Unknown option: ${show(wrong)}`, LOCK_USAGE);
  const intent = options.get("intent") ?? positional ?? DEFAULT_INTENT;
  const code = await withPath([path ?? ""], say, "Acquiring", "Lock acquired successfully", (to, act, file) =>
    acquireIn(to, act, file, intent),
  );
  if (code === 10) say.err("Error: File is already locked by another instance");
  return code;
}

async function check(words: readonly string[], say: Say): Promise<number> {
  const free = "File is not locked (or locked by current instance)";
  const code = await withPath(words, say, "Checking", free, checkIn);
  if (code === 10) say.out("File is locked by another instance");
  if (code === 11) say.out("File is not locked: your lock on it has expired");
  return code;
}

type OnPath = (say: Say, act: Acting, path: string) => Promise<number>;

async function withPath(words: readonly string[], say: Say, doing: string, done: string, work: OnPath) {
  const [path, ...surplus] = words[0] === "--" ? words.slice(1) : words;
  if (path === undefined || path === "") return misused(say, "Error: File path required", LOCK_USAGE);
  if (surplus.length > 0) return misused(say, `Unknown option: ${show(surplus[0] ?? "")}`, LOCK_USAGE);
  say.out(`${doing} lock on: ${show(path)}`);
  const code = await work(say, me, path);
  if (code === 0) say.out(done);
  return code;
}

/** Line by line as before: scripts read it. */
async function list(say: Say): Promise<number> {
  const locks = await listLocks(await say.openHere());
  say.out(`Active File Locks:\n${"=".repeat(18)}\n`);
  for (const lock of locks) {
    say.out(`File: ${fileName(lock)}`);
    say.out(`  Locked By: ${show(lock.locked_by.instance_id)}`);
    say.out(`  Lock Type: ${show(lock.lock_type)}`);
    say.out(`  Intent: ${show(lock.intent)}`);
    say.out(`  Locked At: ${show(lock.locked_at)}`);
    say.out(`  Expires At: ${show(lock.expires_at)}\n`);
  }
  say.out(locks.length === 0 ? "No active locks" : `Total: ${locks.length} lock(s)`);
  return 0;
}

async function cleanup(say: Say): Promise<number> {
  const app = await say.openHere();
  say.out("Cleaning up stale instances and expired locks...");
  const { removed_instances } = await cleanUp(app);
  for (const warning of registryWarnings(app)) say.err(`Warning: ${show(warning)}`);
  sweepSettingsScratch(groundOf(app.workspace), app.now().wall_ms);
  say.out(`Cleaned up ${removed_instances.length} stale instance(s)`);
  return 0;
}
