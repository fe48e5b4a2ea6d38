import { first, last, mapped, where } from "./list.ts";
import type { Who } from "./instance.ts";
import type { ProcessRef } from "./process.ts";
import type { PathId } from "./path.ts";
import type { Stamp } from "./time.ts";

/** The hash of a file that does not exist. */
export const NO_FILE = "0".repeat(40);

/** A known write of a path. */
export interface Write {
  readonly instance_id: string;
  readonly parent: string | null;
  readonly process: ProcessRef | null;
  readonly agent_role: string;
  readonly hash: string;
  readonly fence: number;
  readonly at: string;
  readonly written: Stamp;
  /** Nobody reported it: the content changed under a grant that ended without a word (crash, Esc, timeout). */
  readonly probable: boolean;
}

/** Who has ended a grant by force, and when. */
export interface ForcedEnd {
  readonly by: string;
  readonly at: string;
}

/** A grant that its holder has not released. It stays when the lock ends by time, so that its holder can be told. */
export interface OpenGrant {
  readonly instance_id: string;
  readonly parent: string | null;
  readonly process: ProcessRef | null;
  readonly agent_role: string;
  readonly fence: number;
  /** The content when it was granted, or after the last recorded write under it. */
  readonly hash: string;
  /** Its end has been looked at: what changed under it has been counted. */
  readonly settled: boolean;
  /** Absent unless another has ended it by `coord lock release --force`. */
  readonly forced?: ForcedEnd | undefined;
}

/** What one instance last saw of a path, and up to which fence it was told of foreign writes. */
export interface Viewer {
  readonly instance_id: string;
  /** null: it never saw the content. */
  readonly hash: string | null;
  /** The newest write contained in what it saw. */
  readonly fence: number;
  readonly told: number;
}

/** The content a path had when it was last hashed; spares hashing again while the file has not changed. */
export interface ContentCache {
  readonly hash: string;
  readonly dev: string;
  readonly ino: string;
  readonly size: number;
  readonly mtime_ns: string;
  /** A program may set back a file's time of change, but not this one. Records of older versions lack it. */
  readonly ctime_ns?: string | undefined;
}

/** `files/<key>.json`. Field names are those on disk. */
export interface LedgerRecord extends PathId {
  readonly schema_version: string;
  /** The newest fence given out; never falls. */
  readonly fence: number;
  readonly last_grant: { readonly instance_id: string; readonly fence: number } | null;
  /** The newest write of each writer, oldest first: one write must not hide another's that somebody has not seen. */
  readonly writes: readonly Write[];
  readonly grants: readonly OpenGrant[];
  readonly viewers: readonly Viewer[];
  readonly content: ContentCache | null;
}

/** Microseconds of the wall clock, where fences go on after a ledger was lost, stay below this until the year 2112. */
export const MAX_FENCE = 2 ** 52;

/** More writers, viewers or open grants than this of one path are forgotten, oldest first: the ledger stays small. */
export const MAX_WRITES = 16;
export const MAX_VIEWERS = 128;
export const MAX_GRANTS = 128;

export function lastWrite(ledger: LedgerRecord): Write | undefined {
  return ledger.writes[ledger.writes.length - 1];
}

/** The newest fence of any write, 0 when none is known. */
export function writtenFence(ledger: LedgerRecord): number {
  return lastWrite(ledger)?.fence ?? 0;
}

/** The recorded write above `fence` that made the content what it is, if there is one. */
export function writeSince(ledger: LedgerRecord, fence: number, hash: string): Write | undefined {
  return last(ledger.writes, (w) => w.hash === hash && w.fence > fence);
}

export function viewerOf(ledger: LedgerRecord, id: string): Viewer | undefined {
  return first(ledger.viewers, (v) => v.instance_id === id);
}

export function openGrantOf(ledger: LedgerRecord, who: Pick<Who, "instance_id">): OpenGrant | undefined {
  return first(ledger.grants, (g) => g.instance_id === who.instance_id);
}

/** The ledger with `viewer` as the newest entry of its instance. */
export function withViewer(ledger: LedgerRecord, viewer: Viewer): LedgerRecord {
  const others = where(ledger.viewers, (v) => v.instance_id !== viewer.instance_id);
  return { ...ledger, viewers: [...others, viewer].slice(-MAX_VIEWERS) };
}

/** The ledger after `id` saw content `hash`, which holds every write recorded so far. */
export function withSeen(ledger: LedgerRecord, id: string, hash: string): LedgerRecord {
  const told = viewerOf(ledger, id)?.told ?? 0;
  return withViewer(ledger, { instance_id: id, hash, fence: writtenFence(ledger), told });
}

/** The ledger after `id` was told of every write recorded so far. */
export function withTold(ledger: LedgerRecord, id: string): LedgerRecord {
  const old = viewerOf(ledger, id);
  const told = writtenFence(ledger);
  return withViewer(ledger, { instance_id: id, hash: old?.hash ?? null, fence: old?.fence ?? 0, told });
}

/** The ledger with a write that is told of now. Whoever has seen the very content that it made has seen it. */
export function withWrite(ledger: LedgerRecord, write: Write): LedgerRecord {
  const others = where(ledger.writes, (w) => w.instance_id !== write.instance_id);
  return {
    ...ledger,
    fence: Math.max(ledger.fence, write.fence),
    viewers: mapped(ledger.viewers, (v) =>
      v.hash === write.hash && v.fence < write.fence ? { ...v, fence: write.fence } : v,
    ),
    writes: [...others, write].toSorted((a, b) => a.fence - b.fence).slice(-MAX_WRITES),
  };
}
