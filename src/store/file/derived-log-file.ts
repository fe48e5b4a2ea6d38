import type { Supersedable } from "../../domain/decision.ts";
import type { FileStat } from "../../platform/sys/types.ts";
import { failed } from "../../platform/sys/types.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import { decisionLogSchema, foreignLogSchema } from "../../schema/decision-log.ts";
import type { Check } from "../../schema/json.ts";
import { valid } from "../../schema/valid.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { readRecord } from "./read-record.ts";

/** A log that coord wrote and nobody has changed since. */
export interface OwnLog {
  readonly state: "own";
  readonly createdAt: string;
  readonly digest: string;
  /** Oldest first. */
  readonly entries: readonly Supersedable[];
}

/** Written or changed by somebody else: its decisions have to be taken over. */
export interface ForeignLog {
  readonly state: "foreign";
  readonly entries: readonly unknown[];
  /** By which it is known again. */
  readonly identity: string;
}

export interface BrokenLog {
  readonly state: "broken";
  readonly reason: string;
  /** Nothing is wrong with it: the system cannot read it now. */
  readonly passing: boolean;
}

export type DerivedLog = { readonly state: "absent" } | OwnLog | ForeignLog | BrokenLog;

/** A log of the bash edition grows for ever. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;

const isAnything: Check<unknown> = (value): value is unknown => value !== undefined;

export function digestOf(entries: readonly unknown[]): string {
  return new Bun.CryptoHasher("sha256").update(canonicalJson(entries)).digest("hex");
}

export function readDerivedLog({ scratch, layout }: DecisionPorts): DerivedLog {
  const stat = scratch.sys.lstat(layout.decisionLog);
  const read = readRecord(scratch.sys, layout.decisionLog, isAnything, { maxBytes: MAX_LOG_BYTES });
  if (read.state === "absent") return read;
  if (read.state === "broken") return { state: "broken", reason: read.reason, passing: read.passing };
  const own = valid(decisionLogSchema, read.value);
  if (own.ok) {
    const { decisions, decisions_sha256: digest, log_created_at: createdAt } = own.value;
    if (digestOf(decisions) === digest) return { state: "own", createdAt, digest, entries: decisions };
  }
  const foreign = valid(foreignLogSchema, read.value);
  if (!foreign.ok) return { state: "broken", reason: foreign.reason, passing: false };
  return { state: "foreign", entries: foreign.value.decisions, identity: failed(stat) ? "" : identityOf(stat) };
}

/** What stays the same while a file is renamed and changes when it is replaced or written. */
export function identityOf({ dev, ino, size, mtimeNs }: FileStat): string {
  return `${dev}/${ino}/${size}/${mtimeNs}`;
}
