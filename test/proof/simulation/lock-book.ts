/**
 * The locks as the contract has them, kept beside the product: who holds what and until when, by the arithmetic of
 * DESIGN section 2 ("lease", "lock", "Who bars whom") and section 5 ("Tool locks"), and by nothing of the product's.
 */
import type { Config } from "../../../src/domain/config.ts";
import type { InstanceRecord, Who } from "../../../src/domain/instance.ts";
import type { LockKind } from "../../../src/domain/lock.ts";
import type { ProcessRef } from "../../../src/domain/process.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { sinceMs, type Clock } from "./clock.ts";
import type { Machine } from "./machine.ts";

/** A grant that somebody got. */
export interface Held {
  readonly lockId: string;
  readonly holder: string;
  readonly parent: string | null;
  /** The process of its holder when it was granted. */
  readonly process: ProcessRef | null;
  readonly fence: number;
  readonly granted: Stamp;
  kind: LockKind;
  ttlMs: number | null;
  renewed: Stamp;
  /** When the last of its tool calls ended. */
  ended: Stamp | null;
}

/** How an instance stands to a path: DESIGN section 4, the exit codes. */
export type Standing = "mine" | "free" | "held" | "expired" | "lost";

/** A time in which a path was held, on the monotonic clock of one boot. Milliseconds. */
interface Span {
  readonly holder: string;
  readonly parent: string | null;
  readonly boot: string;
  readonly from: number;
  readonly to: number;
}

/** A grant that was not given back, in force or not. */
export interface Open {
  readonly id: string;
  readonly parent: string | null;
  readonly process: ProcessRef | null;
  readonly fence: number;
  /** The content when it was granted, or after the last write under it that coord was told of. */
  hash: string;
  /** What coord found there after it had ended: its holder's work by a guess, which nobody counts as seen. */
  guessed?: string;
}

export interface PathBook {
  fence: number;
  readonly held: Map<string, Held>;
  /** By instance. */
  readonly open: Map<string, Open>;
  lastGrant: { readonly id: string; readonly fence: number } | undefined;
  readonly spans: Span[];
}

export interface LockBook {
  readonly path: (key: string) => PathBook;
  readonly keys: () => Iterable<string>;
  /** Milliseconds that a grant still holds; 0 or less when it has ended. */
  readonly leftMs: (held: Held) => number;
  /** The grants in force that bar this one. */
  readonly barring: (key: string, who: Who) => readonly Held[];
  readonly mine: (key: string, id: string) => Held | undefined;
  readonly standing: (key: string, who: Who) => Standing;
  /** Keeps when a grant was held, once it is over. */
  readonly close: (key: string, held: Held) => void;
  /**
   * The longest time without a break in which nobody barred `who`, since `fromMs` of this boot, less what does not
   * count of it. Milliseconds.
   */
  readonly longestGapMs: (key: string, who: Who, fromMs: number, uncounted: Uncounted) => number;
}

/** How much of the time between two moments does not count. */
type Uncounted = (fromMs: number, toMs: number) => number;

export interface LockBookPorts {
  readonly clock: Clock;
  readonly machine: Machine;
  readonly config: Config;
  readonly record: (id: string) => InstanceRecord | undefined;
}

/** After the last tool call: DESIGN section 5, "Hold policy". */
const GRACE_MS = 10_000;
const MOST_SPANS = 400;

/** A session's lock bars everyone outside its family, a subagent's everyone else: DESIGN section 2. */
export function isBarredBy(held: Pick<Held, "holder" | "parent">, who: Who): boolean {
  if (held.holder === who.instance_id) return false;
  const isMySession = held.parent === null && who.parent === held.holder;
  return !isMySession;
}

export function lockBook({ clock, machine, config, record }: LockBookPorts): LockBook {
  const paths = new Map<string, PathBook>();
  const path = (key: string): PathBook => {
    const old = paths.get(key);
    if (old !== undefined) return old;
    const fresh: PathBook = { fence: 0, held: new Map(), open: new Map(), lastGrant: undefined, spans: [] };
    paths.set(key, fresh);
    return fresh;
  };
  const leftMs = (held: Held): number => {
    const now = clock.now();
    const holder = record(held.holder);
    if (held.process !== null && !machine.isAlive(held.process)) return 0;
    if (holder?.process != null && !machine.isAlive(holder.process)) return 0;
    const sinceRenewal = sinceMs(held.renewed, now);
    if (held.kind === "tool") {
      const grace = held.ended === null ? Infinity : GRACE_MS - sinceMs(held.ended, now);
      return Math.min(config.toolTtlMs - sinceRenewal, grace);
    }
    if (held.ttlMs !== null) return held.ttlMs - sinceRenewal;
    const byRenewal = config.ttlMs - sinceRenewal;
    if (holder === undefined) return byRenewal;
    return Math.max(byRenewal, Math.max(config.ttlMs, holder.busy_ms) - sinceMs(holder.pinged, now));
  };
  const inForce = (key: string): readonly Held[] => [...path(key).held.values()].filter((held) => leftMs(held) > 0);
  const barring = (key: string, who: Who): readonly Held[] => inForce(key).filter((held) => isBarredBy(held, who));
  const mine = (key: string, id: string): Held | undefined => inForce(key).find((held) => held.holder === id);
  /** When a grant ended or will end unless something happens, on the monotonic clock. */
  const endMs = (held: Held): number => {
    const died = held.process === null ? undefined : machine.diedMs(held.process);
    return died ?? clock.now().mono_ms + leftMs(held);
  };
  return {
    path,
    keys: () => paths.keys(),
    leftMs,
    barring,
    mine,
    standing: (key, who) => {
      if (mine(key, who.instance_id) !== undefined) return "mine";
      const isBarred = barring(key, who).length > 0;
      const { open, lastGrant } = path(key);
      const own = open.get(who.instance_id);
      if (own === undefined) return isBarred ? "held" : "free";
      const passedOn = lastGrant !== undefined && lastGrant.id !== who.instance_id && lastGrant.fence > own.fence;
      return isBarred || passedOn ? "lost" : "expired";
    },
    close: (key, held) => {
      const { spans } = path(key);
      const { boot, mono_ms } = clock.now();
      const from = held.granted.boot === boot ? held.granted.mono_ms : 0;
      spans.push({ holder: held.holder, parent: held.parent, boot, from, to: Math.min(endMs(held), mono_ms) });
      if (spans.length > MOST_SPANS) spans.shift();
    },
    longestGapMs: (key, who, fromMs, uncounted) => {
      const { boot, mono_ms } = clock.now();
      const { held, spans } = path(key);
      const running = [...held.values()].map((one) => ({
        holder: one.holder,
        parent: one.parent,
        boot,
        from: one.granted.boot === boot ? one.granted.mono_ms : 0,
        to: Math.min(endMs(one), mono_ms),
      }));
      const inMyWay = [...spans, ...running]
        .filter((span) => span.boot === boot && isBarredBy(span, who))
        .toSorted((a, b) => a.from - b.from);
      let [gap, at] = [0, fromMs];
      for (const { from, to } of [...inMyWay, { from: mono_ms, to: mono_ms }]) {
        if (from > at) gap = Math.max(gap, from - at - uncounted(at, from));
        at = Math.max(at, to);
      }
      return gap;
    },
  };
}
