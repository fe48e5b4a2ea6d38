/** What people use instead, where it is at hand. Without bars: it is there to compare with. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Call, Client } from "../stand-in/client.ts";
import { postToolBatch, postToolUse, preToolUse, sessionStart } from "../stand-in/events.ts";
import type { Project } from "../stand-in/project.ts";
import { writeCall } from "../stand-in/tools.ts";
import { openProject } from "./app.ts";
import { alternate, timed, type Side } from "./process-run.ts";
import { CACHE, type Setting, type Suite } from "./setting.ts";
import { median } from "./stats.ts";

const PACKAGE = "proper-lockfile";
const VERSION = "4.1.2";

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

  const missing = installPackage();
  if (missing !== undefined) setting.report({ name: `${PACKAGE} under node`, why: `skipped: ${missing}` });
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

/** Undefined when it is there; else why it is not. */
function installPackage(): string | undefined {
  if (Bun.which("node") === null || Bun.which("npm") === null) return "needs node and npm";
  const manifest = join(CACHE, "node_modules", PACKAGE, "package.json");
  if (existsSync(manifest)) return undefined;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, "package.json"), `${JSON.stringify({ private: true })}\n`);
  const flags = ["--no-save", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  const run = Bun.spawnSync(["npm", "install", ...flags, `${PACKAGE}@${VERSION}`], { cwd: CACHE, timeout: 60_000 });
  return run.exitCode === 0 && existsSync(manifest) ? undefined : `npm cannot install ${PACKAGE}@${VERSION}`;
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
  const module = join(CACHE, "node_modules", PACKAGE);
  return ["node", "-e", LOOP, module, join(project.top, "src/a.ts"), String(times)];
}

function inALoop(setting: Setting, project: Project): void {
  const call = { command: properLockfile(project, setting.quick ? 200 : 2000), env: project.env, stdin: "" };
  const times = v.parse(v.array(v.number()), JSON.parse(timed(call, project.top).stdout));
  const note = "only a mutex: no ledger, no fence, no holder's name";
  setting.report({ name: `${PACKAGE} lock + unlock, in-process`, unit: "ms", measured: median(times), note });
}
