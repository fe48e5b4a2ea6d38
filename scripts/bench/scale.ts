/** The same hook and the same commands in a state with 1,000 instances and 10,000 locks. */
import { join } from "node:path";
import * as v from "valibot";
import type { Call, Client } from "../stand-in/client.ts";
import { postToolBatch, postToolUse, preToolUse, sessionStart } from "../stand-in/events.ts";
import type { Project } from "../stand-in/project.ts";
import { writeCall } from "../stand-in/tools.ts";
import { openProject } from "./app.ts";
import { peakMemory } from "./peak-memory.ts";
import { populate } from "./populate.ts";
import { alternate, timed, type Side } from "./process-run.ts";
import type { Setting, Suite } from "./setting.ts";
import { median } from "./stats.ts";

const MANY = { instances: 1000, locks: 10 } as const;
const LOCKS = MANY.instances * MANY.locks;
const IN_STATE = `with ${LOCKS.toLocaleString("en")} locks`;

const StatusSchema = v.object({
  instances: v.array(v.unknown()),
  totals: v.object({ instances: v.number(), locks: v.number() }),
});

export const scale: Suite = async (setting) => {
  const full = await lay(setting);
  await populate(await openProject(full.project, full.client.pid), MANY);
  // First, because locks that nobody renews end after five minutes.
  await status(setting, full.project);
  await check(setting, full, await lay(setting));
};

interface Place {
  readonly project: Project;
  readonly client: Client;
}

async function lay(setting: Setting): Promise<Place> {
  const project = setting.project(setting.disk, { "src/a.ts": "export const a = 1;\n" });
  const client = setting.client(project);
  await openProject(project);
  client.hook("init", sessionStart(client.session));
  return { project, client };
}

async function check(setting: Setting, full: Place, none: Place): Promise<void> {
  const name = `hook check ${IN_STATE}`;
  const rounds = setting.quick ? { rounds: 20, warmUp: 2 } : { rounds: 300, warmUp: 20 };
  const [times] = await alternate([{ name, subject: side(full), floor: side(none) }], full.project.top, rounds);
  if (times === undefined) return;
  const against = { what: "with none", value: median(times.floor) };
  setting.report({ name, unit: "ms", measured: median(times.subject), against, bar: { times: 1.1 } });
}

/** Asks for a file, and gives it back untimed. */
function side({ project, client }: Place): Side {
  const { session } = client;
  const write = writeCall(join(project.top, "src/a.ts"), "export const a = 1;\n");
  return {
    call: () => client.call("check", preToolUse(session, write)),
    done: (stdout) => {
      if (stdout !== "") throw new Error(`The check should be granted, and says: ${stdout}`);
      client.hook("release", postToolUse(session, write));
      client.hook("release", postToolBatch(session, [write]));
    },
  };
}

async function status(setting: Setting, project: Project): Promise<void> {
  const call: Call = { command: [setting.coord, "status", "--json"], env: project.env, stdin: "" };
  const times: number[] = [];
  for (let i = 0; i < (setting.quick ? 5 : 20); i += 1) {
    const { ms, stdout } = timed(call, project.top);
    const { instances, totals } = v.parse(StatusSchema, JSON.parse(stdout));
    // One more instance: the session of the hook check.
    if (instances.length !== MANY.instances + 1 || totals.locks !== LOCKS) {
      throw new Error(`status counts ${instances.length} instances and ${totals.locks} locks`);
    }
    times.push(ms);
  }
  setting.report({ name: `status --json ${IN_STATE}`, unit: "ms", measured: median(times), bar: { most: 250 } });
  const peak = await peakMemory(call, project.top, setting.quick ? 2 : 8);
  setting.report({ name: `status --json ${IN_STATE}, peak memory`, unit: "MB", measured: peak, bar: { most: 150 } });
}
