/** A simulated project: one machine, one clock, one state in memory, and the books that are kept beside it. */
import type { App } from "../../../src/app/context.ts";
import { lookUp, type Identity } from "../../../src/app/identity.ts";
import { pathId, type Workspace } from "../../../src/app/workspace.ts";
import { DEFAULTS, type Config } from "../../../src/domain/config.ts";
import type { InstanceRecord, Who } from "../../../src/domain/instance.ts";
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import type { PathId } from "../../../src/domain/path.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import type { Pace } from "../../../src/platform/folder-watch.ts";
import { memoryStore } from "../../../src/store/memory/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Clock } from "./clock.ts";
import { STATE, TOP, virtualDisk, type Disk } from "./disk.ts";
import { findings, type Findings } from "./findings.ts";
import { lockBook, type LockBook } from "./lock-book.ts";
import { virtualMachine, type Machine } from "./machine.ts";
import type { Mutant } from "./mutants.ts";
import { trueHistory, type TrueHistory } from "./true-history.ts";
import { watched } from "./watched-store.ts";

/** What an instance is doing: the books need to know what it may change. */
export interface Step {
  readonly what: string;
  /** Whose locks and records it may end, though they live. */
  readonly ends?: ReadonlySet<string>;
  /** The one lock that it may end by force. */
  readonly forces?: string;
  /** Looks at the books at the moment of each decision. */
  readonly look?: () => void;
  /** Told what was decided. */
  readonly decided?: (answer: unknown) => void;
}

/** One process that acts as an instance: a session, a subagent of it, a shell. */
export interface Agent {
  readonly app: App;
  readonly me: Identity;
  /** Under which ID, which depends on who else is registered. */
  readonly who: () => Who;
  readonly record: () => InstanceRecord | undefined;
  step: Step | undefined;
  /** When it last began a step. */
  acted: Stamp;
  /** Its process was killed: nothing of it goes on. */
  gone: boolean;
  readonly end: PromiseWithResolvers<void>;
}

export interface Timing {
  /** Before each decision and after it: others may come in between. */
  readonly pause?: (label: string) => Promise<void>;
  /** The times of events are so fine that no two fall together: a step need not take any. */
  readonly isDense?: boolean;
  /** A hook sleeps; others go on meanwhile. Milliseconds. */
  readonly sleepMs: (ms: number) => void;
  /** How much of a time one who sleeps kept those who wait from looking, as processes do not. Milliseconds. */
  readonly blockedMs?: (fromMs: number, toMs: number) => number;
  /** A command waits until the clock shows this, or longer. Monotonic milliseconds. */
  readonly until: (monoMs: number, agent: () => Agent) => Promise<void>;
}

export interface WorldOptions {
  readonly config?: Partial<Config>;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly mutant?: Mutant | undefined;
  /** How many lines of the story are kept for a finding. */
  readonly storyLines?: number;
}

/** A lock that was ended by force. */
export interface Forced {
  readonly id: string;
  readonly path: string;
  readonly by: string;
  /** When its holder had registered: whoever registers anew may be told again. */
  readonly life: Stamp | undefined;
  isTold: boolean;
}

export interface World {
  readonly clock: Clock;
  readonly machine: Machine;
  readonly disk: Disk;
  readonly config: Config;
  readonly store: Store;
  readonly book: LockBook;
  readonly history: TrueHistory;
  readonly findings: Findings;
  readonly timing: Timing;
  readonly records: Map<string, InstanceRecord>;
  readonly ledgers: Map<string, LedgerRecord>;
  readonly forced: Forced[];
  /** IDs of acknowledged decisions, in their order. */
  readonly decisions: string[];
  readonly path: (name: string) => PathId;
  readonly join: (me: Identity) => Agent;
}

const WORKSPACE: Workspace = {
  stateDir: STATE,
  top: TOP,
  worktree: "",
  worktreePath: TOP,
  gitDir: undefined,
  named: false,
};
/** What `lock wait` promises where the system watches nothing: a look this often. Milliseconds. */
export const PACE_MS = 250;

export function world({ config: changed, clock, timing, mutant, storyLines = 60 }: WorldOptions): World {
  const machine = virtualMachine(clock);
  const disk = virtualDisk({ clock, sleepMs: timing.sleepMs });
  const config: Config = { ...DEFAULTS, ...changed };
  const store = memoryStore({ now: clock.now, copied: frozen });
  const records = new Map<string, InstanceRecord>();
  const here: World = {
    clock,
    machine,
    disk,
    config,
    store,
    timing,
    records,
    book: lockBook({ clock, machine, config, record: (id) => records.get(id) }),
    history: trueHistory(),
    findings: findings(storyLines),
    ledgers: new Map(),
    forced: [],
    decisions: [],
    path: (name) => pathId(WORKSPACE, `${TOP}/${name}`),
    join: (me) => joined(here, me, mutant),
  };
  return here;
}

/** Whoever changes a record that the store has given out or got is caught. */
function frozen<T>(record: T): T {
  if (typeof record === "object" && record !== null && !Object.isFrozen(record)) {
    Object.freeze(record);
    for (const part of Object.values(record)) frozen(part);
  }
  return record;
}

function joined(here: World, me: Identity, mutant: Mutant | undefined): Agent {
  const { machine, disk, config, store, clock, timing } = here;
  const seen = watched(here, () => agent);
  const plain: App = {
    sys: disk.sys,
    processes: machine.processes,
    env: me.process === null ? {} : { CLAUDE_PID: `${me.process.pid}` },
    cwd: TOP,
    workspace: WORKSPACE,
    config,
    store: mutant?.store?.(seen, here) ?? seen,
    now: clock.now,
    wait: { waitMs: 0 },
    watchFolders: (_, __, pace?: Pace) => ({
      next: (ms) => timing.until(clock.now().mono_ms + Math.min(ms, pace?.watched ?? PACE_MS), () => agent),
      close: () => undefined,
    }),
  };
  const app = mutant?.app?.(plain, here) ?? plain;
  const agent: Agent = {
    app,
    me,
    who: () => {
      const { id, parent } = lookUp(app, store, me);
      return { instance_id: id, parent };
    },
    record: () => lookUp(app, store, me).record,
    step: undefined,
    acted: clock.now(),
    gone: false,
    end: Promise.withResolvers<void>(),
  };
  return agent;
}
