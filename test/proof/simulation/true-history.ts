/**
 * What really happened to the content of each path, and who has really seen what: the oracle for conflicts. It knows
 * every write at the moment it was made, reported or not, and never looks at a ledger.
 */
import type { Who } from "../../../src/domain/instance.ts";
import type { ProcessRef } from "../../../src/domain/process.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { NO_FILE } from "../../../src/domain/ledger.ts";

export interface Writer extends Who {
  readonly process: ProcessRef | null;
}

/** One who holds a grant that was not given back. */
export interface Suspect extends Writer {
  /** The content when it was granted, or after the last write under it that coord was told of. */
  readonly hash: string;
}

export interface TrueWrite {
  /** undefined: the user, an editor or a formatter. */
  readonly by: Writer | undefined;
  readonly hash: string;
  /** When it was made, among all that happened. */
  readonly made: number;
  readonly at: Stamp;
  /** Who held a grant that was not given back: coord cannot tell a write of theirs from one by somebody else. */
  readonly suspects: readonly Suspect[];
  /** It made the content another than coord last looked at: of what came and went unlooked at nobody can know. */
  readonly shows: boolean;
  /** When coord could first say whose it may be: not while one who holds a lock may yet report it. */
  ascribed: number | undefined;
  /** When coord was told of it. */
  reported: number | undefined;
  /** The same on the clocks. */
  told: Stamp | undefined;
  /** Another has reported the same content, or given back a lock under which it came: coord cannot tell whose it is. */
  claimed: boolean;
}

/** A write of what was there already: it changes nothing, and may be reported all the same. */
export interface Echo {
  readonly by: Writer;
  readonly made: number;
  reported: number | undefined;
}

/** What an instance knows of a path. */
export interface View {
  /** The content that it last read or wrote; undefined: it never did either. */
  readonly hash: string | undefined;
  /** Everything made up to then is in it. */
  readonly upTo: number;
}

export interface Knowledge {
  /** What it really saw. */
  seen: View;
  /** The part of it that coord may count: DESIGN section 5, "Seen". */
  counted: View;
  /** What it was told of by coord, by time. */
  told: number;
  /** Up to then coord had to take what changed under its lock for its own work, and so for seen. */
  assumed: number;
}

export interface FileStory {
  hash: string;
  readonly writes: TrueWrite[];
  readonly echoes: Echo[];
  readonly known: Map<string, Knowledge>;
  /** The content when coord last looked at it. */
  shown: string;
  /** When it was last written at all, also with what was there. */
  touched: number;
  /** Its ledger was pruned then: coord knows nothing of what was before. */
  forgotten: number;
}

export interface TrueHistory {
  readonly file: (key: string) => FileStory;
  /** The next moment in the order of all that happens. */
  readonly next: () => number;
  readonly now: () => number;
  readonly knowledge: (key: string, id: string) => Knowledge;
}

const NEVER: View = { hash: undefined, upTo: 0 };

export function trueHistory(): TrueHistory {
  const files = new Map<string, FileStory>();
  let moment = 0;
  const file = (key: string): FileStory => {
    const old = files.get(key);
    if (old !== undefined) return old;
    const fresh: FileStory = {
      hash: NO_FILE,
      writes: [],
      echoes: [],
      known: new Map(),
      shown: NO_FILE,
      touched: 0,
      forgotten: 0,
    };
    files.set(key, fresh);
    return fresh;
  };
  return {
    file,
    next: () => (moment += 1),
    now: () => moment,
    knowledge: (key, id) => {
      const { known } = file(key);
      const old = known.get(id);
      if (old !== undefined) return old;
      const fresh: Knowledge = { seen: NEVER, counted: NEVER, told: 0, assumed: 0 };
      known.set(id, fresh);
      return fresh;
    },
  };
}
