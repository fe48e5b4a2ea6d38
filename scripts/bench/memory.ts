/** Peak memory of the hooks, next to that of the empty program. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Call } from "../stand-in/client.ts";
import { postToolUse, preToolUse, sessionStart } from "../stand-in/events.ts";
import { bashCall, writeCall } from "../stand-in/tools.ts";
import { peakMemory } from "./peak-memory.ts";
import type { Suite } from "./setting.ts";

export const memory: Suite = async (setting) => {
  const project = setting.project(setting.disk, { "src/a.ts": "export const a = 1;\n" });
  const client = setting.client(project);
  const { session } = client;
  const init = { command: [setting.coord, "init"], env: project.env, stdin: "" };
  const runs = setting.quick ? 15 : 60;
  await peakMemory(init, project.top, 1);
  client.hook("init", sessionStart(session));
  const path = join(project.top, "src/a.ts");
  const write = writeCall(path, "export const a = 2;\n");
  const calls: readonly (readonly [string, Call])[] = [
    ["hook check, peak memory", client.call("check", preToolUse(session, write))],
    ["hook release, peak memory", client.call("release", postToolUse(session, write))],
    ["hook heartbeat, peak memory", client.call("heartbeat", preToolUse(session, bashCall("npm test")))],
  ];
  const empty = await peakMemory({ command: [setting.empty], env: project.env, stdin: "" }, project.top, runs);
  for (const [name, call] of calls) {
    writeFileSync(path, "export const a = 2;\n");
    const measured = await peakMemory(call, project.top, runs);
    setting.report({ name, unit: "MB", measured, against: { what: "empty", value: empty }, bar: { times: 1.2 } });
  }
};
