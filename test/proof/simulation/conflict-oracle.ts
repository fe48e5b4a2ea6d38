/**
 * Whether an instance that is about to write has a conflict, by what really happened. What a user would call one: the
 * file is not as I last saw it, because another of us wrote it since, and nobody has told me. DESIGN section 5, "A
 * conflict", adds who counts as another, and that of a file which I never saw only the writes of those who are still
 * here, or were since I came, are news.
 */
import type { Who } from "../../../src/domain/instance.ts";
import { sameProcess, type ProcessRef } from "../../../src/domain/process.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import type { Echo, FileStory, Knowledge, TrueWrite, Writer } from "./true-history.ts";

export interface Asking extends Who {
  readonly process: ProcessRef | null;
  readonly started: Stamp;
}

export interface Scene {
  readonly now: Stamp;
  /** Registered, and its process not dead. */
  readonly isHere: (id: string) => boolean;
  /** The same, and by its lease or its process known to live. */
  readonly lives: (id: string) => boolean;
}

export interface Verdict {
  /** A write that has to be reported. */
  readonly due: TrueWrite | undefined;
  /** One that would have to be, if coord could know whose it is: nobody reported it, and others may have made it. */
  readonly unknowable: boolean;
  /** Whom a report may name: nobody when there must be none. */
  readonly mayName: ReadonlySet<string>;
}

/** DESIGN section 5: another instance, but not a parent or an ended subagent of the same session, nor the session before. */
export function isForeignTo(me: Asking, by: Writer, scene: Scene): boolean {
  if (by.instance_id === me.instance_id || by.instance_id === me.parent) return false;
  if (scene.isHere(by.instance_id)) return true;
  const session = me.parent ?? me.instance_id;
  const isEndedSubagent = by.parent === session;
  const isEarlierSession = by.process !== null && me.process !== null && sameProcess(by.process, me.process);
  return !isEndedSubagent && !isEarlierSession;
}

export function conflictOf(file: FileStory, knowledge: Knowledge, me: Asking, scene: Scene): Verdict {
  const { seen, counted, told, assumed } = knowledge;
  const upTo = Math.max(seen.upTo, told, assumed, file.forgotten);
  const isNews = (write: TrueWrite): boolean =>
    write.by !== undefined &&
    write.made > upTo &&
    isForeignTo(me, write.by, scene) &&
    (counted.hash !== undefined || scene.lives(write.by.instance_id) || wroteSince(write, me, scene.now));
  const news = seen.hash === file.hash ? [] : file.writes.filter(isNews);
  // What coord may count as seen is there again: then nobody can know what was between.
  const due = counted.hash === file.hash ? undefined : news.findLast((write) => isKnowable(write, file, scene));
  // What it really saw and coord may count.
  const sureUpTo = Math.max(Math.min(counted.upTo, seen.upTo), told);
  const isKnown = counted.hash === file.hash && seen.hash === file.hash;
  return {
    due,
    unknowable: due === undefined && news.length > 0,
    mayName: isKnown ? new Set() : suspected(file, sureUpTo, me, scene),
  };
}

/** Made, and told, after `me` began. Across a boot wall clocks tell, which may have been set: there nobody can know. */
function wroteSince({ at, told }: TrueWrite, { started }: Asking, now: Stamp): boolean {
  if (at.boot !== now.boot || started.boot !== now.boot) return false;
  return at.mono_ms > started.mono_ms && (told ?? at).mono_ms > started.mono_ms;
}

/** Reported; or the content shows it, and it is the only one who can have made it. */
function isKnowable(write: TrueWrite, file: FileStory, scene: Scene): boolean {
  if (!write.shows) return false;
  if (write.reported !== undefined) return true;
  // Silent for longer than its lease and bound to no process: that it came back shows in its report alone.
  if (write.by?.process === null && !scene.isHere(write.by.instance_id)) return false;
  if (write.claimed || file.writes.at(-1) !== write) return false;
  const [only, ...others] = write.suspects;
  // Content that is again what it was is no write.
  return others.length === 0 && only?.instance_id === write.by?.instance_id && only?.hash !== write.hash;
}

/** Who may have made a change that this instance does not know of. */
export function suspected(file: FileStory, upTo: number, me: Asking, scene: Scene): ReadonlySet<string> {
  const isUnknown = ({ made, reported }: Echo | TrueWrite): boolean => Math.max(made, reported ?? 0) > upTo;
  // Told of when a holder might have made it, it is told of again once it can be another's alone.
  const isLater = (write: TrueWrite): boolean =>
    write.reported === undefined && write === file.writes.at(-1) && (write.ascribed ?? Infinity) > upTo;
  const writers: readonly Writer[] = [
    ...file.echoes.filter(isUnknown).map(({ by }) => by),
    ...file.writes
      .filter((write) => isUnknown(write) || isLater(write))
      .flatMap(({ by, suspects }): readonly Writer[] => (by === undefined ? suspects : [by, ...suspects])),
  ];
  return new Set(writers.filter((by) => isForeignTo(me, by, scene)).map((by) => by.instance_id));
}
