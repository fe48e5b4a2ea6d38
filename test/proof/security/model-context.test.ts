/** What others wrote reaches a model as data only, by every hook: SECURITY.md, "Model context". */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { IS_LONG, scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { hookCall } from "./call.ts";
import { conclude } from "./conclude.ts";
import { LONG } from "./model-faults.ts";
import { EVERYTHING, HOSTILE } from "./payloads.ts";
import { NAMES } from "./places/index.ts";
import { everyFreeField, fieldsOf } from "./places/records.ts";
import { peopled, type Peopled } from "./project.ts";
import { judged } from "./told.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 2_400_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

const PAYLOADS = [...Object.entries(HOSTILE), ["a long text", LONG] as const, ["everything", EVERYTHING] as const];

describe("a model is told facts in coord's words", () => {
  test(
    "whatever stands in all free fields, by every hook",
    async () => {
      const faults: string[] = [];
      let [calls, told] = [0, 0];
      for (const [what, text] of IS_LONG
        ? PAYLOADS
        : [...sample(PAYLOADS.slice(0, -1), 5, draw), ...PAYLOADS.slice(-1)]) {
        for (const call of scene.hooks) {
          scene.reset();
          // As a branch and a task may be; the paths have a test of their own.
          everyFreeField(scene, text, ["file_path", "real_path", "worktree_path"]);
          const { model, faults: found } = await judged(scene.project, call);
          calls += 1;
          if (model !== "") told += 1;
          for (const fault of found) faults.push(`${call.name}: ${fault}, from ${what}`);
        }
      }
      expect(told).toBeGreaterThan(10);
      conclude("hostile text in every free field, told by every hook", { calls, told }, faults);
    },
    TIMEOUT_MS,
  );

  test(
    "whatever stands in a single string of a record, in names or in settings, also under strict",
    async () => {
      const places = [...sample(fieldsOf(scene), scaled(15, 1000), draw), ...sample(NAMES, scaled(8, 1000), draw)];
      const faults: string[] = [];
      let [calls, told] = [0, 0];
      for (const place of places) {
        for (const call of sample(scene.hooks, scaled(3, scene.hooks.length), draw)) {
          scene.reset();
          const vars = place.plant(scene, EVERYTHING);
          const strict: Readonly<Record<string, string>> = draw() < 0.5 ? { COORD_STRICT: "true" } : {};
          const {
            model,
            told: answer,
            faults: found,
          } = await judged(scene.project, call, { env: { ...vars, ...strict } });
          calls += 1;
          if (model !== "" || answer.message !== undefined) told += 1;
          for (const fault of found) faults.push(`${call.name}: ${fault}, from ${place.name}`);
        }
      }
      expect(told).toBeGreaterThan(5);
      conclude("hostile text in one place, told by hooks", { places: places.length, calls, told }, faults);
    },
    TIMEOUT_MS,
  );

  test(
    "whatever the hook's own input says",
    async () => {
      const fields = [
        "agent_id",
        "agent_type",
        "prompt",
        "tool_name",
        "tool_use_id",
        "source",
        "hook_event_name",
        "cwd",
        "session_id",
      ];
      const faults: string[] = [];
      let calls = 0;
      for (const field of fields) {
        for (const verb of ["init", "check", "heartbeat", "release", "cleanup"]) {
          const text = sample(PAYLOADS, 1, draw)[0]?.[1] ?? EVERYTHING;
          const input = {
            tool_name: "Write",
            tool_input: { file_path: scene.project.path("held.ts"), content: "" },
            [field]: text,
          };
          // A check answers in the name of PreToolUse, whatever the event is called.
          if (verb === "check" && field === "hook_event_name") continue;
          const call = hookCall(verb, "PreToolUse", scene.project.dir, input);
          scene.reset();
          calls += 1;
          for (const fault of (await judged(scene.project, call)).faults)
            faults.push(`${verb} with ${field}: ${fault}`);
        }
      }
      conclude("hostile text in the fields of a hook's input", { calls }, faults);
    },
    TIMEOUT_MS,
  );
});
