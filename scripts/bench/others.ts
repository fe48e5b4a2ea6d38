/** What people use instead, where it is at hand. Without bars: it is there to compare with. */
import { join } from "node:path";
import * as v from "valibot";
import type { Call, Client } from "../stand-in/client.ts";
import { postToolBatch, postToolUse, preToolUse, sessionStart } from "../stand-in/events.ts";
import type { Project } from "../stand-in/project.ts";
import { writeCall } from "../stand-in/tools.ts";
import { openProject } from "./app.ts";
import { alternate, timed, type Side } from "./process-run.ts";
import type { Setting, Suite } from "./setting.ts";
import { median } from "./stats.ts";

const PACKAGE = "proper-lockfile";

export const others: Suite = async (setting) => {
  const project = setting.project(setting.disk, { "src/a.ts": "export const a = 1;\n" });
  await openProject(project);
  const client = setting.client(project);
  client.hook("init", sessionStart(client.session));
  const beside = async (name: string, command: readonly string[]): Promise<void> => {
    const other = { call: (): Call => ({ command, env: project.env, stdin: "" }) };
    const rounds = setting.quick ? { rounds: 10, warmUp: 2 } : { rounds: 100, warmUp: 10 };
    const [times] = await alternate([{ name, subject: other, floor: check(client) }], project.top, rounds);
    if (times === undefined) return;
    const against = { what: "hook check", value: median(times.floor) };
    setting.report({ name, unit: "ms", measured: median(times.subject), against });
  };

  const flock = Bun.which("flock");
  if (flock === null) setting.report({ name: "flock(1), whole process", why: "skipped: not on this machine" });
  else await beside("flock(1) FILE true, whole process", [flock, join(project.scratch, "flock"), "true"]);

  if (Bun.which("node") === null) setting.report({ name: `${PACKAGE} under node`, why: "skipped: no node here" });
  else {
    await beside(`${PACKAGE} under node, whole process`, properLockfile(project, 1));
    inALoop(setting, project);
  }
};

function check(client: Client): Side {
  const write = writeCall(join(client.session.project, "src/a.ts"), "export const a = 1;\n");
  return {
    call: () => client.call("check", preToolUse(client.session, write)),
    done: () => {
      client.hook("release", postToolUse(client.session, write));
      client.hook("release", postToolBatch(client.session, [write]));
    },
  };
}

/** Locks and unlocks a file `times` times and prints the milliseconds of each. */
const LOOP = `
const { lockSync, unlockSync } = require(process.argv[1]);
const taken = [];
for (let i = 0; i < Number(process.argv[3]); i += 1) {
  const started = process.hrtime.bigint();
  lockSync(process.argv[2]);
  unlockSync(process.argv[2]);
  taken.push(Number(process.hrtime.bigint() - started) / 1e6);
}
console.log(JSON.stringify(taken));
`;

function properLockfile(project: Project, times: number): readonly string[] {
  const module = Bun.fileURLToPath(import.meta.resolve("proper-lockfile"));
  return ["node", "-e", LOOP, module, join(project.top, "src/a.ts"), String(times)];
}

function inALoop(setting: Setting, project: Project): void {
  const call = { command: properLockfile(project, setting.quick ? 200 : 2000), env: project.env, stdin: "" };
  const times = v.parse(v.array(v.number()), JSON.parse(timed(call, project.top).stdout));
  const note = "only a mutex: no ledger, no fence, no holder's name";
  setting.report({ name: `${PACKAGE} lock + unlock, in-process`, unit: "ms", measured: median(times), note });
}
