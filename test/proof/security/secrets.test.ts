/** What the environment holds for others stays there. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Vars } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { run, textOf, type Call } from "./call.ts";
import { fingerprint, peopled, type Peopled } from "./project.ts";

const TIMEOUT_MS = scaled(240_000, 600_000);
const SECRET = "hunter2-0d9c7a55";

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

function calls(): readonly Call[] {
  const inJson = scene.commands.map((call) => ({
    ...call,
    name: `${call.name} --json`,
    argv: [...call.argv, "--json"],
  }));
  return [...scene.commands, ...inJson, ...scene.hooks];
}

/** The calls whose answer holds the secret, and the files of the state that do after all of them. */
async function leaks(env: Vars): Promise<readonly string[]> {
  scene.reset();
  const found: string[] = [];
  for (const call of calls()) {
    if (textOf(await run(scene.project, call, { env })).includes(SECRET)) found.push(call.name);
  }
  for (const name of fingerprint(scene.project.state).keys()) {
    const path = join(scene.project.state, name);
    if (/\.jsonl?$/.test(name) && scene.project.content(path).includes(SECRET)) found.push(name);
  }
  return found;
}

test(
  "no value of the environment is shown or kept but those that coord is set by",
  async () => {
    // The control: an instance's name is shown and kept.
    const named = await leaks({ COORD_INSTANCE_ID: SECRET });
    expect(named).toContain("decisions list --json");
    expect(named).toContain(`heartbeats/${SECRET}.json`);

    const env = {
      AWS_SECRET_ACCESS_KEY: SECRET,
      GITHUB_TOKEN: SECRET,
      CLAUDE_CODE_MESSAGING_TOKEN: SECRET,
      REDIS_URL: `redis://u:${SECRET}@h`,
      COORD_TOKEN: SECRET,
      COORD_REDIS_URL: SECRET,
      ANTHROPIC_API_KEY: SECRET,
    };
    expect(await leaks(env)).toEqual([]);
    record({
      check: "secrets of the environment in answers and in the state",
      load: { variables: Object.keys(env).length, calls: calls().length },
      losses: 0,
    });
  },
  TIMEOUT_MS,
);
