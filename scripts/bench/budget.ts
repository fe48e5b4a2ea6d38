/**
 * Where the time of `hook check` goes: programs that each do one thing more, from the empty one to the hook. The
 * difference between two rows is what that thing costs. stages/ has them.
 */
import { join } from "node:path";
import type { Call } from "../stand-in/client.ts";
import { preToolUse, sessionStart } from "../stand-in/events.ts";
import { editCall } from "../stand-in/tools.ts";
import { openProject } from "./app.ts";
import type { Setting, Suite } from "./setting.ts";
import { median } from "./stats.ts";
import { used, type Usage } from "./usage.ts";

/** In the order of what they do. */
const STAGES = [
  ["first-line", "an empty program, ended at its first line"],
  ["libc", "and the system layer"],
  ["input", "and the input, read and checked"],
  ["files", "and the files of a check, without any rule"],
] as const;

interface Stage {
  readonly name: string;
  readonly call: Call;
}

export const budget: Suite = async (setting) => {
  const project = setting.project(setting.disk, { "src/a.ts": "export const a = 1;\n".repeat(300) });
  await openProject(project);
  const client = setting.client(project);
  client.hook("init", sessionStart(client.session));
  const edit = editCall(join(project.top, "src/a.ts"), "export const a = 1;\n", "a = 1", "a = 2");
  const hook = client.call("check", preToolUse(client.session, edit));
  // The first one makes the records that all the others find.
  used(hook, project.top);
  const built = STAGES.map(([file, name]) => ({
    name,
    call: { ...hook, command: [setting.program(stagePath(file))] },
  }));
  const stages: readonly Stage[] = [
    { name: "the empty program", call: { ...hook, command: [setting.empty] } },
    ...built,
    { name: "hook check, renewing its lock", call: hook },
  ];
  const usages = await alternated(stages, project.top, setting.quick ? 10 : 200);
  for (const [n, { name, call }] of stages.entries()) report(setting, name, usages[n] ?? [], call, project.top);
};

function stagePath(name: string): string {
  return join(import.meta.dir, "stages", `${name}.ts`);
}

/** Each in turn, again and again, so that all meet the same machine. */
async function alternated(stages: readonly Stage[], cwd: string, rounds: number): Promise<readonly Usage[][]> {
  const usages = stages.map((): Usage[] => []);
  for (let round = -2; round < rounds; round += 1) {
    // Nothing else here yields to the event loop, without which no signal is heard.
    await Bun.sleep(0);
    for (const [n, { call }] of stages.entries()) {
      const usage = used(call, cwd);
      if (round >= 0) usages[n]?.push(usage);
    }
  }
  return usages;
}

function report(setting: Setting, stage: string, usages: readonly Usage[], call: Call, cwd: string): void {
  const of = (pick: (usage: Usage) => number): number => median(usages.map(pick));
  const processor_ms = of(({ cpuMs }) => cpuMs);
  const page_faults = of(({ faults }) => faults);
  const system_calls = systemCalls(call, cwd);
  const instructions = instructionsOf(call, cwd);
  const counted = [
    `${processor_ms.toFixed(2)} ms of processor`,
    `${page_faults} page faults`,
    ...(system_calls === undefined ? [] : [`${system_calls} system calls`]),
    ...(instructions === undefined ? [] : [`${(instructions / 1e6).toFixed(2)} million instructions`]),
  ];
  setting.report({
    name: stage,
    unit: "ms",
    measured: of(({ wallMs }) => wallMs),
    note: counted.join(", "),
    details: {
      processor_ms,
      page_faults,
      ...(system_calls === undefined ? {} : { system_calls }),
      ...(instructions === undefined ? {} : { instructions }),
    },
  });
}

/** Under strace; undefined where that is not installed. */
function systemCalls({ command, env, stdin }: Call, cwd: string): number | undefined {
  if (Bun.which("strace") === null) return undefined;
  const run = Bun.spawnSync(["strace", "-f", "-qq", "-e", "signal=none", ...command], {
    cwd,
    env,
    stdin: Buffer.from(stdin),
    stderr: "pipe",
  });
  return run.stderr.toString().trimEnd().split("\n").length;
}

/** Under valgrind, which counts the same each time; undefined where that is not installed. */
function instructionsOf({ command, env, stdin }: Call, cwd: string): number | undefined {
  if (Bun.which("valgrind") === null) return undefined;
  const run = Bun.spawnSync(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", ...command], {
    cwd,
    env,
    stdin: Buffer.from(stdin),
    stderr: "pipe",
  });
  const [, collected] = /Collected : (\d+)/.exec(run.stderr.toString()) ?? [];
  return collected === undefined ? undefined : Number(collected);
}
