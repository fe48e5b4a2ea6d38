/** Whole hook processes against the empty program, in the order in which a session calls them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../../src/app/context.ts";
import { sessionInstanceId } from "../../src/app/identity.ts";
import { later } from "../../src/domain/time.ts";
import type { Call, Client, HookVerb } from "../stand-in/client.ts";
import {
  postToolBatch,
  postToolUse,
  preToolUse,
  sessionStart,
  type HookEvent,
  type ToolCall,
} from "../stand-in/events.ts";
import { bashCall, editCall, readCall } from "../stand-in/tools.ts";
import { openProject } from "./app.ts";
import { alternate, type Pairing } from "./process-run.ts";
import type { Setting, Suite } from "./setting.ts";
import { median, percentile } from "./stats.ts";

/** More than one, so that each check meets a ledger that was not written just now; of a usual size. */
const FILES = Array.from({ length: 20 }, (_, i) => `src/module-${i}.ts`);
const SOURCE = "export const value = 1;\n".repeat(300);
/** Above the 15 s after which a lease is written anew. */
const LEASE_AGE_MS = 20_000;

export const hooks: Suite = async (setting) => {
  const project = setting.project(setting.disk, Object.fromEntries(FILES.map((file) => [file, SOURCE])));
  const client = setting.client(project);
  const app = await openProject(project);
  client.hook("init", sessionStart(client.session));
  const rounds = setting.quick ? { rounds: 20, warmUp: 2 } : { rounds: 250, warmUp: 20 };
  for (const { name, subject, floor } of await alternate(session(setting, client, app), project.top, rounds)) {
    const p50 = { what: "empty", value: median(floor) };
    setting.report({ name, unit: "ms", measured: median(subject), against: p50, bar: { times: 1.3 } });
    const p95 = { what: "empty p95", value: percentile(floor, 0.95) };
    setting.report({
      name: `${name}, p95`,
      unit: "ms",
      measured: percentile(subject, 0.95),
      against: p95,
      bar: { times: 1.6 },
    });
  }
};

/** One round: a check, its write, its two releases, then a Bash call and a Read. */
function session(setting: Setting, client: Client, app: App): readonly Pairing[] {
  const id = sessionInstanceId(client.session.id);
  const pings = (): number => app.store.instance(id)?.ping_count ?? 0;
  let round = 0;
  let edit: ToolCall = bashCall("");
  let before = 0;
  const hook = (name: string, verb: HookVerb, event: () => HookEvent, extras: Extras = {}): Pairing => {
    const call = (): Call => client.call(verb, event());
    return {
      name,
      ...(extras.prepare === undefined ? {} : { prepare: extras.prepare }),
      subject: {
        call,
        done: (stdout) => {
          if (stdout !== "") throw new Error(`${name} should say nothing, and says: ${stdout}`);
          extras.done?.();
        },
      },
      floor: { call: () => ({ ...call(), command: [setting.empty] }) },
    };
  };
  const nextEdit = async (): Promise<void> => {
    round += 1;
    const path = join(client.session.project, FILES[round % FILES.length] ?? "");
    edit = editCall(path, readFileSync(path, "utf8"), "export const value = 1;", `export const value = ${round};`);
  };
  const write = (): void => writeFileSync(String(edit.input["file_path"]), `export const round = ${round};\n${SOURCE}`);
  const makeLeaseOld = async (): Promise<void> => {
    await ageLease(app, id);
    before = pings();
  };
  const wasRenewed = (): void => {
    if (pings() !== before + 1) throw new Error("The heartbeat that should renew the lease did not");
  };
  const wasNot = (): void => {
    if (pings() !== before) throw new Error("The heartbeat that should not renew the lease did");
  };
  const { session } = client;
  const bash = bashCall("npm test");
  return [
    hook("hook check, granted", "check", () => preToolUse(session, edit), { prepare: nextEdit, done: write }),
    hook("hook release, PostToolUse", "release", () => postToolUse(session, edit)),
    hook("hook release, PostToolBatch", "release", () => postToolBatch(session, [edit])),
    hook("hook heartbeat, renewing", "heartbeat", () => preToolUse(session, bash), {
      prepare: makeLeaseOld,
      done: wasRenewed,
    }),
    hook("hook heartbeat, not renewing", "heartbeat", () => postToolUse(session, bash), {
      prepare: async () => {
        before = pings();
      },
      done: wasNot,
    }),
    hook("hook heartbeat, Read", "heartbeat", () => {
      const path = join(session.project, FILES[(round + 10) % FILES.length] ?? "");
      return postToolUse(session, readCall(path, readFileSync(path, "utf8")));
    }),
  ];
}

interface Extras {
  readonly prepare?: () => Promise<void>;
  readonly done?: () => void;
}

/** As if the session had been quiet for a while. */
async function ageLease(app: App, id: string): Promise<void> {
  await app.store.transact((tx) => {
    const record = tx.instance(id);
    if (record === undefined) throw new Error("The session of the benchmark is not registered");
    return { answer: undefined, instances: [{ id, to: { ...record, pinged: later(app.now(), -LEASE_AGE_MS) } }] };
  }, app.wait);
}
