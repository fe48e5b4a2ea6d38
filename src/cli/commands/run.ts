import { runIdentity } from "../../app/run-identity.ts";
import { unwatchedWarnings } from "../../app/unwatched.ts";
import { whileLocked, type Done } from "../../app/while-locked.ts";
import { EXIT_CODES, type ErrorCode } from "../../domain/errors.ts";
import { AS } from "../acting.ts";
import type { Answer } from "../answer.ts";
import { command } from "../command.ts";
import { durationFlag } from "../duration-flag.ts";
import { dieOf } from "../interrupt.ts";
import { sharesOf } from "../open.ts";
import { printWarnings } from "../output.ts";
import { findProgram, shownName } from "../run-program.ts";
import { OWN_FAILURE, runner } from "../runner.ts";

/** A shorter life could not be renewed in time on a busy machine. Milliseconds. */
const LEAST_TTL_MS = 1000;

export const run = command({
  args: {
    lock: { type: "string", required: true, valueHint: "PATH...", description: "the files to lock, all or none" },
    wait: { type: "string", valueHint: "30s", description: "wait this long for what is held (default: not at all)" },
    ttl: { type: "string", valueHint: "10m", description: "the locks' life after coord was last able to renew them" },
    intent: { type: "string", valueHint: "TEXT", description: "what for, for others to read" },
    ...AS,
  },
  lists: ["lock"],
  rest: "command",
  exitCodeOf,
  notes: [
    "Locks, runs COMMAND, renews the locks while it runs, records what was written, and releases.",
    "--lock takes every word up to the next flag, so COMMAND follows --; after --lock=PATH no -- is needed.",
    "COMMAND's output is its own: coord prints nothing there.",
    "",
    "Exit codes: the command's own; 128+N when signal N ended it; 125 the locks cannot be had or were lost, or coord",
    "failed; 126 the command cannot be executed; 127 it is not there.",
    "",
    "A lock that is lost (released by force, or over because the machine slept) is told on stderr; the command gets",
    "SIGTERM, and SIGKILL ten seconds later. While a run is stopped (Ctrl-Z) nothing is renewed.",
    "",
    "A run is an instance of its own, so two runs of one shell exclude each other; with --as or COORD_INSTANCE_ID it",
    "acts as that instance, and what that held before stays held. COMMAND finds the instance in COORD_INSTANCE_ID.",
    "If coord itself is killed with SIGKILL, the locks are free at once, and COMMAND goes on without them.",
  ],
  examples: [
    ["coord run --lock package-lock.json -- npm install", "nobody else writes it meanwhile"],
    ["coord run --lock a.ts b.ts --wait 30s -- make -j4", "both files, as soon as both are free"],
    ["coord run --lock=a.ts sed -i s/x/y/ a.ts", "the first other word begins the command"],
  ],
  run: async (args, { lists, rest, openForPaths }) => {
    const waitMs = args.wait === undefined ? undefined : durationFlag("wait", args.wait);
    const ttlMs = args.ttl === undefined ? undefined : durationFlag("ttl", args.ttl, LEAST_TTL_MS);
    const program = findProgram(rest);
    const opened = await openForPaths();
    const { me, own } = runIdentity(opened.here, args.as);
    const shares = await sharesOf(opened, lists["lock"] ?? [], () => me);
    const running = runner(opened.here.sys, program, { env: process.env, instance: me.id, json: args.json === true });
    const options = {
      intent: args.intent ?? "",
      ttlMs,
      waitMs,
      own,
      signal: running.signal,
      // Not its arguments: others read this, and there may be a secret in them.
      task: `Run ${shownName(program)}`,
    };
    let done: Done<number | undefined> | undefined;
    try {
      done = await whileLocked(shares, options, async (lost) => {
        await printWarnings(unwatchedWarnings(opened.here, lists["lock"] ?? []));
        return running.work(lost);
      });
      if (done?.lost !== undefined) await running.tellLost(done.lost);
    } finally {
      running.close();
    }
    if (done?.lost !== undefined) return silent(OWN_FAILURE);
    const interrupt = running.interrupt();
    return done?.value === undefined || interrupt !== undefined ? dieOf(interrupt ?? "SIGINT") : silent(done.value);
  },
});

function silent(exitCode: number): Answer {
  return { json: undefined, text: () => "", exitCode };
}

function exitCodeOf(code: ErrorCode): number {
  return code === "COMMAND_NOT_FOUND" || code === "COMMAND_NOT_RUN" ? EXIT_CODES[code] : OWN_FAILURE;
}
