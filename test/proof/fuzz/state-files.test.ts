/** Damaged files of the state: read without a throw but coord's own, others unaffected, and repaired by the next write. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { addDecision } from "../../../src/app/add-decision.ts";
import { openApp, type App } from "../../../src/app/context.ts";
import { listDecisions } from "../../../src/app/decisions.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { typedPath } from "../../../src/app/paths.ts";
import { statusReport } from "../../../src/app/status.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import type { LockRecord } from "../../../src/domain/lock.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { entries } from "../../hooks/state.ts";
import { SAMPLES } from "../../schema/samples.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { huntAsync } from "./hunt.ts";
import { damagedText, pick } from "./mutate.ts";

const RUNS = scaled(600, 20_000);
const PATIENCE_MS = scaled(200_000, 1_500_000);
/** Older than any lock lives: then a broken lock file is nobody's. */
const OLD_S = 3600;

let project: Project;
let app: App;
/** Every record as it should be, by its path in the state. */
const good = new Map<string, string>();
const ALL = {
  category: undefined,
  scope: undefined,
  author: undefined,
  sinceMs: undefined,
  untilMs: undefined,
  inForce: false,
  words: [],
};
const DAMAGED = "damaged.ts";
const OTHER = "other.ts";
const KINDS = ["locks", "files", "heartbeats", "events", "floor", "journal", "counter", "decision", "log"] as const;
type Kind = (typeof KINDS)[number];

beforeAll(async () => {
  project = layProject();
  app = await openApp({ native: await loadNative(), env: project.env, cwd: project.dir });
  for (const path of [DAMAGED, OTHER]) await acquire(path);
  await decide();
  keep("");
  good.set("floor.json", JSON.stringify(SAMPLES["isFloor"]?.[0]));
});
afterAll(() => project[Symbol.dispose]());

function keep(folder: string): void {
  for (const name of entries(join(project.state, folder))) {
    const path = join(folder, name);
    const isRecord = /^(locks|files|heartbeats|decisions)\b.*\.json$|^events\.jsonl$|^decision-[a-z]+\.json$/.test(
      path,
    );
    if (isRecord) good.set(path, readFileSync(join(project.state, path), "utf8"));
    else if (/^(locks|files|heartbeats|decisions|decisions\/[\d-]+)$/.test(path)) keep(path);
  }
}

async function acquire(path: string): Promise<number> {
  const me = commandIdentity(app, "ann", undefined);
  const { locks } = await acquireLocks([{ app, me, paths: [path] }], { intent: "", ttlMs: undefined });
  return locks[0]?.fence ?? Number.NaN;
}

async function decide(): Promise<string> {
  const me = commandIdentity(app, "ann", undefined);
  const told = { category: "testing", newCategory: false, title: "T", description: "D" };
  return (await addDecision(app, { me, ...told })).record.decision_id;
}

/** Nothing of what earlier runs left. */
function restore(): void {
  for (const name of ["locks", "files", "heartbeats", "held", "decisions", "corrupt"]) {
    for (const entry of entries(join(project.state, name)))
      rmSync(join(project.state, name, entry), { recursive: true, force: true });
  }
  for (const name of entries(project.state))
    if (/^(decision-|floor|journal)/.test(name)) rmSync(join(project.state, name));
  for (const [path, text] of good) {
    mkdirSync(dirname(join(project.state, path)), { recursive: true });
    writeFileSync(join(project.state, path), text);
  }
}

/** Where a record of this kind lies, and what stands in it. */
function place(kind: Kind): readonly [path: string, value: unknown] {
  const key = typedPath(app, DAMAGED).key;
  const at = (wanted: (path: string) => boolean): readonly [string, unknown] => {
    const path = [...good.keys()].find(wanted) ?? "";
    const text = good.get(path) ?? "{}";
    return [path, JSON.parse(path.endsWith(".jsonl") ? (text.split("\n")[0] ?? "") : text)];
  };
  switch (kind) {
    case "locks":
    case "files":
      return at((path) => path.startsWith(`${kind}/${key}`));
    case "heartbeats":
      return at((path) => path.startsWith("heartbeats/ann"));
    case "events":
      return at((path) => path === "events.jsonl");
    case "floor":
      return at((path) => path === "floor.json");
    case "counter":
      return at((path) => path.startsWith("decision-counter"));
    case "decision":
      return at((path) => path.startsWith("decisions/"));
    case "log":
      return at((path) => path === "decision-log.json");
    case "journal": {
      const [path, lock] = at((name) => name.startsWith(`locks/${key}`));
      const parts = [{ dir: "locks", name: key, seq: 9, text: JSON.stringify({ ...Object(lock), seq: 9 }) }];
      return ["journal.json", path === "" ? {} : { schema_version: "1", parts }];
    }
  }
  return kind satisfies never;
}

/** What the call answers; its error's code where it is one of coord's own. Any other error is a find. */
async function outcome<T>(call: () => Promise<T> | T): Promise<{ readonly value: T } | { readonly code: string }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!isCoordError(error)) throw error;
    expect(`${error.message}${error.hint ?? ""}`).not.toContain("undefined");
    return { code: error.code };
  }
}

interface Tally {
  quarantined: number;
  refused: number;
}

type Wrap = (app: App) => App;

async function hunted(runs: number, wrap: Wrap = (app) => app): Promise<Tally> {
  const tally = { quarantined: 0, refused: 0 };
  await huntAsync(runs, async (draw) => {
    restore();
    const kind = pick(KINDS, draw) ?? "locks";
    const [path, value] = place(kind);
    const file = join(project.state, path);
    const bytes = damagedText(value, draw);
    if (draw() < 0.2) rmSync(file, { force: true });
    const slot =
      draw() < 0.2 && /^(locks|files|heartbeats)/.test(path)
        ? file.replace(/(~1)?\.json$/, (s) => (s === ".json" ? "~1.json" : ".json"))
        : file;
    writeFileSync(slot, bytes);
    if (draw() < 0.5) utimesSync(slot, Date.now() / 1000 - OLD_S, Date.now() / 1000 - OLD_S);
    const here = wrap(app);
    const text = `${kind} ${slot.slice(project.state.length + 1)}: ${JSON.stringify(new TextDecoder().decode(bytes)).slice(0, 3000)}`;
    try {
      const other = () => here.store.path(typedPath(here, OTHER).key).lock?.grants.length;
      for (const look of [() => statusReport(here), () => here.store.locks(), () => here.store.events(0, 1_000_000)]) {
        await outcome<unknown>(look);
      }
      await outcome(() => listDecisions(here, ALL, 20));
      expect(other()).toBe(1);
      const got = await outcome(() => acquire(DAMAGED));
      // Whoever wrote it may seem to hold it, and an unreadable lock is somebody's for a while.
      if ("code" in got) expect({ kind, code: got.code }).toMatchObject({ code: "LOCK_HELD" });
      else expect(got.value > 0 && Number.isSafeInteger(got.value)).toBe(true);
      if ("code" in got) expect(["locks", "journal", "heartbeats"]).toContain(kind);
      expect(Number.isSafeInteger(await acquire("new.ts"))).toBe(true);
      expect(other()).toBe(1);
      if (["counter", "decision", "log"].includes(kind))
        expect(await decide()).toMatch(/^DEC-\d{8}-\d{4,}-[0-9a-f]{6}$/);
      const after = await outcome(() => statusReport(here));
      expect(after).not.toHaveProperty("code");
      tally.refused += "code" in got ? 1 : 0;
      tally.quarantined += entries(join(project.state, "corrupt")).length > 0 ? 1 : 0;
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.stack : String(error)}\n${text}`, { cause: error });
    }
  });
  return tally;
}

test(
  "no damage stops anybody but its own record, and that one is repaired",
  async () => {
    const tally = await hunted(RUNS);
    expect(tally.quarantined).toBeGreaterThan(RUNS / 20);
    record({ check: "damaged files of the state", load: { files: RUNS, ...tally }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

test(
  "a store that hands on what it cannot read is found",
  async () => {
    // What a parser without a schema would do.
    const wrap: Wrap = (app) => ({
      ...app,
      store: {
        ...app.store,
        locks: () =>
          entries(join(project.state, "locks")).flatMap((name) => {
            try {
              const lock: LockRecord = JSON.parse(readFileSync(join(project.state, "locks", name), "utf8"));
              return [lock];
            } catch {
              // What is no JSON is passed over: it is the check of what is that is missing.
              return [];
            }
          }),
      },
    });
    const found = await hunted(RUNS, wrap).catch(String);
    expect(found).toMatch(/^Error: run \d+ of PROOF_SEED[^]*TypeError/);
    record({ mutant: "a store that parses without a schema", by: "damaged files of the state" });
  },
  PATIENCE_MS,
);
