/**
 * The guard: the one mutex around changes of the state. RELIABILITY section 2 is its specification; do not simplify.
 *
 * guard/ holds exactly one entry: `free`, or `held.<who>`. Taking it is one rename, giving it back is one rename, and
 * taking it over from a dead holder is one rename from that holder's very name, which never recurs. So there is always
 * exactly one token, and of several contenders exactly one wins. It is never stolen by age.
 *
 * Calling sequence: `const held = acquire(ports, waitMs)`, then at most a fraction of a millisecond of synchronous work, then
 * `release(ports, held)`. Whoever gets `takenFrom` must first finish what the dead holder may have left.
 *
 * Errors: GUARD_BUSY (a live or unjudgeable holder until the deadline), GUARD_COMPROMISED (my token is gone at
 * release: somebody broke the guard, nothing more may be touched), IO.
 */
import { all, where } from "../../domain/list.ts";
import { coordError } from "../../domain/errors.ts";
import type { ProcessRef, Verdict } from "../../domain/process.ts";
import { randomName } from "../../platform/random-name.ts";
import { failed, type Errno, type Sys } from "../../platform/sys/types.ts";
import { ioError } from "./atomic-file.ts";
import { FREE, heldName, isBreakable, isToken, parseHeld } from "./token.ts";

export interface GuardPorts {
  readonly sys: Sys;
  /** The folder `guard/`. */
  readonly dir: string;
  readonly self: () => ProcessRef;
  readonly judge: (ref: ProcessRef) => Verdict;
  /** In [0, 1). */
  readonly random: () => number;
  readonly nonce: () => string;
  /** Called before guard/ is made: whoever makes it is the first to use this folder. */
  readonly prepare?: () => void;
}

/** Ports with real randomness; tests bring their own. */
export function guardPorts(given: Omit<GuardPorts, "random" | "nonce">): GuardPorts {
  return { ...given, random: Math.random, nonce: () => randomName().replaceAll("-", "") };
}

export interface Held {
  readonly name: string;
  /** The token of the dead holder that this one was taken over from. */
  readonly takenFrom: string | undefined;
  /** How often this process took a token and gave it up because there was another: a tool had copied the folder. */
  readonly copies: number;
}

/** The longest pause between two tries: a guard is held for less than a millisecond. */
const MAX_PAUSE_MS = 10;

interface Blocker {
  readonly name: string;
  readonly state: "alive" | "unknown";
}

export function acquire(ports: GuardPorts, waitMs: number): Held {
  const { sys } = ports;
  const deadline = sys.monotonicMs() + waitMs;
  const name = heldName(ports.self(), ports.nonce());
  /** Who has been in the way at every try so far. A name never recurs, so it is one holder that has not moved. */
  let blocker: Blocker | undefined;
  let copies = 0;
  for (let round = 1; ; round += 1) {
    const step = tryOnce(ports, name);
    if (step.state === "held") {
      if (auditPassed(ports, name)) return { name, takenFrom: step.takenFrom, copies };
      copies += 1;
    }
    const by = step.state === "blocked" ? step.by : undefined;
    blocker = round === 1 || by?.name === blocker?.name ? by : undefined;
    const left = deadline - sys.monotonicMs();
    if (left <= 0) throw busy(ports, blocker, waitMs);
    if (step.state !== "again") sys.sleepMs(Math.min(left, pauseMs(round, ports.random())));
  }
}

/** 1 ms, growing with the square of the round, plus or minus a quarter. */
function pauseMs(round: number, random: number): number {
  return Math.min(MAX_PAUSE_MS, round * round) * (0.75 + random / 2);
}

type Step =
  | { readonly state: "held"; readonly takenFrom: string | undefined }
  | { readonly state: "blocked"; readonly by: Blocker }
  | { readonly state: "again" };

function tryOnce(ports: GuardPorts, name: string): Step {
  const { sys, dir } = ports;
  const mine = `${dir}/${name}`;
  const taken = sys.rename(`${dir}/${FREE}`, mine);
  if (taken === "") return { state: "held", takenFrom: undefined };
  if (taken !== "ENOENT") throw ioError("take the guard", mine, taken);
  // A rename whose answer was lost (a network file system) has happened all the same.
  if (typeof sys.lstat(mine) !== "string") return { state: "held", takenFrom: undefined };

  const tokens = listTokens(ports);
  for (const other of tokens) {
    if (other === FREE) return { state: "again" };
    const ref = parseHeld(other);
    const verdict = ref === undefined ? "unknown" : ports.judge(ref);
    if (verdict !== "dead") return { state: "blocked", by: { name: other, state: verdict } };
    const takeover = sys.rename(`${dir}/${other}`, mine);
    if (takeover === "") return { state: "held", takenFrom: other };
    if (takeover !== "ENOENT") throw ioError("take over the guard", mine, takeover);
    // Lost answers again: whoever gave up at its deadline now would keep the guard and not know it.
    if (typeof sys.lstat(mine) !== "string") return { state: "held", takenFrom: other };
  }
  if (tokens.length > 0) return { state: "again" };
  // One listing may miss a token that is being renamed: only two empty ones in a row say that there is none.
  if (listTokens(ports).length > 0) return { state: "again" };
  ports.prepare?.();
  initGuard(ports);
  return { state: "again" };
}

function listTokens({ sys, dir }: GuardPorts): readonly string[] {
  const tokens = tokensIn(sys, dir);
  if (failed(tokens)) throw ioError("read", dir, tokens);
  return tokens;
}

function tokensIn(sys: Sys, dir: string): readonly string[] | Errno {
  const names = sys.list(dir);
  if (names === "ENOENT") return [];
  return failed(names) ? names : where(names, isToken);
}

/** Makes guard/ with a free token in one rename. Losing to another who does the same is fine. */
export function initGuard(ports: GuardPorts): void {
  const { sys, dir } = ports;
  const made = `${dir}.tmp.${ports.nonce()}`;
  const free = `${made}/${FREE}`;
  const step = sys.mkdir(made, 0o700);
  if (step !== "") throw ioError("make", made, step);
  const fd = sys.open(free, "create");
  if (failed(fd)) {
    sys.rmdir(made);
    throw ioError("make", free, fd);
  }
  sys.close(fd);
  const renamed = sys.rename(made, dir);
  if (renamed === "") return;
  sys.unlink(free);
  sys.rmdir(made);
  if (renamed !== "ENOTEMPTY" && renamed !== "EEXIST") throw ioError("make", dir, renamed);
}

/**
 * More than one token is the work of a tool that copied the folder: then nobody may go on with the one he took. A folder
 * that cannot be listed says nothing: the token goes back before that is told, or it would stay with a process that lives
 * on and believes that it has none.
 */
function auditPassed({ sys, dir }: GuardPorts, name: string): boolean {
  const tokens = tokensIn(sys, dir);
  if (failed(tokens)) {
    sys.rename(`${dir}/${name}`, `${dir}/${FREE}`);
    throw ioError("read", dir, tokens);
  }
  if (all(tokens, (token) => token === name)) return true;
  sys.unlink(`${dir}/${name}`);
  return false;
}

export function release(ports: GuardPorts, held: Held): void {
  const mine = `${ports.dir}/${held.name}`;
  const given = ports.sys.rename(mine, `${ports.dir}/${FREE}`);
  if (given === "") return;
  throw coordError(
    "GUARD_COMPROMISED",
    `The guard was taken from this process while it held it (${given} on "${mine}")`,
    {
      hint: "what was just changed may have met another change: check with coord status, then coord doctor",
    },
  );
}

/** Takes the token of exactly this name out of the way, whoever holds it. For people who know that the holder is gone. */
export function breakGuard(ports: GuardPorts, heldToken: string): Held | undefined {
  const name = heldName(ports.self(), ports.nonce());
  const taken = ports.sys.rename(`${ports.dir}/${heldToken}`, `${ports.dir}/${name}`);
  if (taken === "") return { name, takenFrom: heldToken, copies: 0 };
  if (taken === "ENOENT") return undefined;
  throw ioError("break", `${ports.dir}/${heldToken}`, taken);
}

/** Many at work, one after the other; or a folder without a token, which something in it keeps from being made anew. */
const BUSY_HINT = "try again; if it stays so: coord doctor";

function busy(ports: GuardPorts, blocker: Blocker | undefined, waitMs: number): Error {
  const waited = `for ${Math.round(waitMs)} ms`;
  if (blocker === undefined) return coordError("GUARD_BUSY", `The state was busy ${waited}`, { hint: BUSY_HINT });
  const ref = parseHeld(blocker.name);
  const stat = ports.sys.lstat(`${ports.dir}/${blocker.name}`);
  const since = typeof stat === "string" ? "" : `, since ${new Date(Number(stat.ctimeNs) / 1e6).toISOString()}`;
  const who = ref === undefined ? `"${blocker.name}"` : `process ${ref.pid} (${blocker.state}${since})`;
  // What is not to be typed is the doctor's to show, who knows how to quote it.
  const cure = isBreakable(blocker.name) ? `coord doctor --break-guard ${blocker.name}` : "coord doctor";
  return coordError("GUARD_BUSY", `The state is locked by ${who} and stayed so ${waited}`, {
    hint: `if that process is stopped, let it go on; if it is surely gone: ${cure}`,
    data: { guard: blocker.name },
  });
}
