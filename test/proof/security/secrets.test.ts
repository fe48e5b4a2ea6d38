/** What the environment holds for others stays there. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { fingerprint, peopled, type Peopled } from "./project.ts";

const TIMEOUT_MS = scaled(240_000, 600_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

test(
  "no value of the environment is shown but those that coord is set by",
  () => {
    scene.reset();
    const secret = "hunter2-0d9c7a55";
    const env = {
      AWS_SECRET_ACCESS_KEY: secret,
      GITHUB_TOKEN: secret,
      CLAUDE_CODE_MESSAGING_TOKEN: secret,
      REDIS_URL: `redis://u:${secret}@h`,
      COORD_TOKEN: secret,
      COORD_REDIS_URL: secret,
      ANTHROPIC_API_KEY: secret,
    };
    const shown = [
      ...scene.commands,
      ...scene.commands.map((call) => ({ ...call, argv: [...call.argv, "--json"] })),
    ].filter((call) => {
      const { out, err } = scene.typed(call.argv.slice(1), env);
      return `${out}${err}`.includes(secret);
    });
    expect(shown.map(({ name }) => name)).toEqual([]);
    const kept = [...fingerprint(scene.project.state).keys()].filter((name) => {
      const path = join(scene.project.state, name);
      return /\.jsonl?$/.test(name) && scene.project.content(path).includes(secret);
    });
    expect(kept).toEqual([]);
    record({
      check: "secrets of the environment in answers and in the state",
      load: { variables: Object.keys(env).length, calls: scene.commands.length * 2 },
      losses: 0,
    });
  },
  TIMEOUT_MS,
);
