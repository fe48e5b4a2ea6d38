/** What the functions of `coordination.sh` call: `coord shell NAME [--as ID] [--pid P] -- ARGUMENT...`. */
import { cleanUp } from "../../app/cleanup.ts";
import { lookUp } from "../../app/identity.ts";
import { heartbeatInstance, registerInstance, unregisterInstance } from "../../app/instances.ts";
import { releaseAll } from "../../app/release-lock.ts";
import { instanceInfos } from "../../app/status.ts";
import { registryContent, registryWarnings } from "../../app/work-registry.ts";
import { requireState } from "../../app/context.ts";
import { isCoordError } from "../../domain/errors.ts";
import { DEFAULT_ROLE, DEFAULT_TASK } from "../../domain/registration.ts";
import { actingAs } from "../acting.ts";
import { initialise } from "../initialise.ts";
import { pidFlag } from "../pid-flag.ts";
import { decideIn, decisionsIn } from "./deciding.ts";
import { keptLines } from "./kept-lines.ts";
import { acquireIn, checkIn, conflictIn, releaseIn, renewIn, type Acting } from "./locking.ts";
import { prettyJson, show, type Say } from "./say.ts";
import { splitWords } from "./split-words.ts";

interface Call {
  readonly say: Say;
  readonly act: Acting;
  /** As given; a missing one is "". */
  readonly arg: (index: number) => string;
}

type Body = (call: Call) => Promise<number | void>;

const DEFAULT_INTENT = "Editing file";

const FUNCTIONS: ReadonlyMap<string, Body> = new Map<string, Body>(
  Object.entries({
    init: async ({ say }) => {
      const app = await say.openHere();
      const { kept } = await initialise(app);
      for (const line of keptLines(kept)) say.err(line);
    },
    register_instance: async ({ say, act, arg }) => {
      const app = await say.openHere();
      const { instance_id } = await registerInstance(app, act(app), arg(0) || DEFAULT_TASK, arg(1) || DEFAULT_ROLE);
      say.out(show(instance_id));
    },
    // As before, one that is gone already is no failure: scripts call it in traps.
    unregister_instance: async ({ say, act }) => {
      const app = await say.openHere();
      try {
        await unregisterInstance(app, act(app));
      } catch (error) {
        if (!isCoordError(error) || error.code !== "STALE_INSTANCE") throw error;
      }
    },
    heartbeat: async ({ say, act }) => {
      const app = await say.openHere();
      await heartbeatInstance(app, act(app));
    },
    cleanup_stale_instances: async ({ say }) => {
      const app = await say.openHere();
      const { removed_instances } = await cleanUp(app);
      for (const warning of registryWarnings(app)) say.err(`Warning: ${show(warning)}`);
      for (const id of removed_instances) say.err(`Cleaning up stale instance: ${show(id)}`);
      say.out(String(removed_instances.length));
    },
    acquire_lock: ({ say, act, arg }) => acquireIn(say, act, arg(0), arg(1) || DEFAULT_INTENT),
    release_lock: ({ say, act, arg }) => releaseIn(say, act, arg(0)),
    release_all_locks: async ({ say, act }) => {
      const app = await say.openHere();
      await releaseAll(app, act(app));
    },
    renew_lock: ({ say, act, arg }) => renewIn(say, act, arg(0)),
    check_lock: ({ say, act, arg }) => checkIn(say, act, arg(0)),
    detect_conflict: ({ say, act, arg }) => conflictIn(say, act, arg(0)),
    log_decision: async ({ say, act, arg }) => {
      const decision = { category: arg(0), title: arg(1), description: arg(2), scope: arg(3) };
      say.out(show(await decideIn(say, act, decision)));
    },
    query_decisions: async ({ say, arg }) => say.out(prettyJson(await decisionsIn(say, arg(0), arg(1)))),
    list_instances: async ({ say }) => {
      const app = await say.openHere();
      await cleanUp(app);
      say.out(prettyJson(registryContent(app, instanceInfos(app)).instances));
    },
    get_work: async ({ say, act, arg }) => {
      const app = await say.openHere();
      requireState(app);
      const id = arg(0) || lookUp(app, app.store, act(app)).id;
      const found = registryContent(app, instanceInfos(app)).instances.find((entry) => entry.instance_id === id);
      if (found !== undefined) say.out(prettyJson(found));
    },
  } satisfies Record<string, Body>),
);

export function isFunctionName(name: string | undefined): boolean {
  return name !== undefined && FUNCTIONS.has(name);
}

/** Answers the exit code. Throws USAGE for an ID or process that is none. */
export async function callFunction([name = "", ...words]: readonly string[], say: Say): Promise<number> {
  const { options, others } = splitWords(words, ["as", "pid"]);
  const pid = pidFlag(options.get("pid"));
  const act: Acting = (app) => actingAs(app, options.get("as"), pid);
  const code = await FUNCTIONS.get(name)?.({ say, act, arg: (index) => others[index] ?? "" });
  return code ?? 0;
}
