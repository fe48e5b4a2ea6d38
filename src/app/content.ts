import { coordError } from "../domain/errors.ts";
import { NO_FILE, type ContentCache, type LedgerRecord } from "../domain/ledger.ts";
import type { PathId } from "../domain/path.ts";
import { isCoarse, latestChangeMs, mayChangeUnseen } from "../platform/file-times.ts";
import { readAll } from "../platform/text-file.ts";
import { failed, type FileStat, type Sys } from "../platform/sys/types.ts";
import type { Decision, Store, Transaction } from "../store/store.ts";
import type { App } from "./context.ts";

/** Above this a file is known by its metadata alone: hashing it would cost more than a hook may. Bytes. */
const MAX_HASHED = 8 * 1024 * 1024;

/** The content of a path at one moment. */
export interface Content {
  readonly hash: string;
  /** The metadata it was read under; null where there is no regular file. */
  readonly seen: ContentCache | null;
  /** The same, if it may be remembered: null while the file may change again unseen by its metadata. */
  readonly cache: ContentCache | null;
  /** When it was written at the latest, by the file's own time. Milliseconds since 1970. */
  readonly latestMs: number | undefined;
}

const MISSING: Content = { hash: NO_FILE, seen: null, cache: null, latestMs: undefined };

/** Up to this size hashing costs less than looking up what was hashed before. Bytes. */
const HASH_AT_ONCE = 128 * 1024;

/** Hashes the file, or takes the hash from the path's ledger while device, inode, size and times agree. Throws IO. */
export function observePath(from: { readonly sys: Sys; readonly store: Store }, { key, real_path }: PathId): Content {
  const { sys, store } = from;
  const stat = sys.stat(real_path);
  // Links that form a loop lead to no file.
  if (stat === "ENOENT" || stat === "ENOTDIR" || stat === "ELOOP") return MISSING;
  if (failed(stat)) throw coordError("IO", `Cannot look at "${real_path}": ${stat}`);
  if (stat.kind !== "file") return MISSING;
  const latestMs = latestChangeMs(stat);
  const known = stat.size <= HASH_AT_ONCE ? null : store.path(key).ledger?.content;
  if (known !== null && known !== undefined && matches(known, stat))
    return { hash: known.hash, seen: known, cache: known, latestMs };
  const mayChange = mayChangeUnseen(stat, Date.now());
  const hash = hashOf(sys, real_path, stat);
  const seen = { hash, ...metadata(stat) };
  return { hash, seen, cache: mayChange ? null : seen, latestMs };
}

/** The ledger with what is now known of the path's content, for the next one who observes it. */
export function remembered(ledger: LedgerRecord, content: Content): LedgerRecord {
  return { ...ledger, content: content.cache };
}

/**
 * True when the path still is what was observed: one look at its metadata, cheap enough for inside the guard. Where the
 * metadata would hide a change of the last two seconds, the content is looked at too. Throws IO.
 */
export function stillSame(sys: Sys, path: string, content: Content): boolean {
  const stat = sys.stat(path);
  if (failed(stat) || stat.kind !== "file") return content.seen === null;
  if (content.seen === null || !matches(content.seen, stat)) return false;
  return content.cache !== null || !isCoarse(stat) || hashOf(sys, path, stat) === content.hash;
}

/** A path that changes while it is looked at is taken as it is after this many looks. */
export const MAX_LOOKS = 8;

/**
 * One step that rests on the content of a path. The content is looked at again when it has changed before the step: what
 * another wrote meanwhile, and died, would else be counted as never written.
 */
export async function transactOn<A>(
  { sys, store, wait }: Pick<App, "sys" | "store" | "wait">,
  path: PathId,
  decide: (tx: Transaction, content: Content) => Decision<A>,
): Promise<A> {
  for (let look = 1; ; look += 1) {
    const content = observePath({ sys, store }, path);
    const made = await store.transact<{ readonly answer: A } | undefined>((tx) => {
      if (look < MAX_LOOKS && !stillSame(sys, path.real_path, content)) return { answer: undefined };
      const decision = decide(tx, content);
      return { ...decision, answer: { answer: decision.answer } };
    }, wait);
    if (made !== undefined) return made.answer;
  }
}

function matches(cache: ContentCache, stat: FileStat): boolean {
  return (
    cache.mtime_ns === stat.mtimeNs &&
    cache.ctime_ns === stat.ctimeNs &&
    cache.size === stat.size &&
    cache.ino === stat.ino &&
    cache.dev === stat.dev
  );
}

function metadata(stat: FileStat): Omit<ContentCache, "hash"> {
  return { dev: stat.dev, ino: stat.ino, size: stat.size, mtime_ns: stat.mtimeNs, ctime_ns: stat.ctimeNs };
}

function hashOf(sys: Sys, path: string, stat: FileStat): string {
  return stat.size > MAX_HASHED ? metadataHash(stat) : contentHash(sys, path);
}

function metadataHash(stat: FileStat): string {
  return sha1(`stat:${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`);
}

function sha1(data: string | Uint8Array<ArrayBuffer>): string {
  return new Bun.CryptoHasher("sha1").update(data).digest("hex");
}

function contentHash(sys: Sys, path: string): string {
  return sha1(readContent(sys, path));
}

export function readContent(sys: Sys, path: string): Uint8Array<ArrayBuffer> {
  const fd = sys.open(path, "read-through");
  if (failed(fd)) throw coordError("IO", `Cannot read "${path}": ${fd}`);
  const bytes = readAll(sys, fd, MAX_HASHED);
  sys.close(fd);
  if (typeof bytes === "string") throw coordError("IO", `Cannot read "${path}": ${bytes}`);
  return bytes;
}
