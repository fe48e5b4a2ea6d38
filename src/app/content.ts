import { coordError } from "../domain/errors.ts";
import { NO_FILE, type ContentCache, type LedgerRecord } from "../domain/ledger.ts";
import type { PathId } from "../domain/path.ts";
import { readAll } from "../platform/text-file.ts";
import { failed, mtimeMs, type FileStat, type Sys } from "../platform/sys/types.ts";
import type { Decision, Store, Transaction } from "../store/store.ts";
import type { App } from "./context.ts";

/** Above this a file is known by its metadata alone: hashing it would cost more than a hook may. Bytes. */
const MAX_HASHED = 8 * 1024 * 1024;

/**
 * A file that changed this recently may change again within the same tick of its clock, unseen by its metadata: its
 * hash is not remembered. Milliseconds; kernels tick every 1 to 10.
 */
const RACY_MS = 50;

/** The content of a path at one moment. */
export interface Content {
  readonly hash: string;
  /** The metadata it was read under; null where there is no regular file. */
  readonly seen: ContentCache | null;
  /** The same, if it may be remembered. */
  readonly cache: ContentCache | null;
  readonly mtimeMs: number | undefined;
}

const MISSING: Content = { hash: NO_FILE, seen: null, cache: null, mtimeMs: undefined };

/** Up to this size hashing costs less than looking up what was hashed before. Bytes. */
const HASH_AT_ONCE = 128 * 1024;

/** Hashes the file, or takes the hash from the path's ledger while device, inode, size and mtime agree. Throws IO. */
export function observePath(from: { readonly sys: Sys; readonly store: Store }, { key, real_path }: PathId): Content {
  const { sys, store } = from;
  const stat = sys.stat(real_path);
  if (stat === "ENOENT" || stat === "ENOTDIR") return MISSING;
  if (failed(stat)) throw coordError("IO", `Cannot look at "${real_path}": ${stat}`);
  if (stat.kind !== "file") return MISSING;
  const changedMs = mtimeMs(stat);
  const known = stat.size <= HASH_AT_ONCE ? null : store.path(key).ledger?.content;
  if (known !== null && known !== undefined && matches(known, stat))
    return { hash: known.hash, seen: known, cache: known, mtimeMs: changedMs };
  const hash = stat.size > MAX_HASHED ? metadataHash(stat) : contentHash(sys, real_path);
  const seen = { hash, ...metadata(stat) };
  return { hash, seen, cache: Math.abs(Date.now() - changedMs) > RACY_MS ? seen : null, mtimeMs: changedMs };
}

/** The ledger with what is now known of the path's content, for the next one who observes it. */
export function remembered(ledger: LedgerRecord, content: Content): LedgerRecord {
  return { ...ledger, content: content.cache };
}

/** True when the path still is what was observed: one look at its metadata, cheap enough for inside the guard. */
export function stillSame(sys: Sys, path: string, content: Content): boolean {
  const stat = sys.stat(path);
  if (failed(stat) || stat.kind !== "file") return content.seen === null;
  return content.seen !== null && matches(content.seen, stat);
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
    cache.mtime_ns === stat.mtimeNs && cache.size === stat.size && cache.ino === stat.ino && cache.dev === stat.dev
  );
}

function metadata(stat: FileStat): Omit<ContentCache, "hash"> {
  return { dev: stat.dev, ino: stat.ino, size: stat.size, mtime_ns: stat.mtimeNs };
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
