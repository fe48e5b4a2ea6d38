/** What the suites of this folder look for is found where it is: in coord with one of its safeguards out of work. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { run, textOf, type Call, type Place } from "./call.ts";
import { LONG } from "./model-faults.ts";
import { EVERYTHING, SHORT } from "./payloads.ts";
import { everyFreeField } from "./places/records.ts";
import { peopled, type Peopled } from "./project.ts";
import { terminalFaults } from "./terminal-faults.ts";
import { judged } from "./told.ts";

/** Sources are compiled anew by every process. */
const TIMEOUT_MS = scaled(240_000, 240_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

function by(mutant: string): Place {
  return { prefix: [process.execPath, join(import.meta.dir, "mutant-probe.ts"), mutant] };
}

function named(name: string): Call {
  const found = scene.all.find((call) => call.name === name);
  if (found === undefined) throw new Error(`No call "${name}"`);
  return found;
}

type Faults = (place: Place, call: Call) => Promise<readonly string[]>;

/** Each of the calls has faults when the mutant answers it, and none when coord as it is does. */
async function caught(mutant: string, calls: readonly string[], faults: Faults): Promise<void> {
  const seen = [];
  for (const call of calls.map(named)) {
    expect(await faults(by("nothing"), call)).toEqual([]);
    const found = await faults(by(mutant), call);
    expect(found).not.toEqual([]);
    seen.push(`${call.name}: ${found[0]}`);
  }
  record({ mutant: `coord that ${mutant}`, by: seen.join("; ") });
}

test(
  "coord that escapes nothing is seen on a terminal, and before a model",
  async () => {
    const calls = ["status --verbose", "lock list", "decisions list", "lock acquire held.ts", "instance list"];
    await caught("escapes nothing", calls, async (place, call) => {
      scene.reset();
      everyFreeField(scene, EVERYTHING);
      return terminalFaults(await run(scene.project, call, place));
    });
  },
  TIMEOUT_MS,
);

test(
  "coord that quotes nothing is seen before a model",
  async () => {
    const calls = ["hook init SessionStart", "hook check PreToolUse Write"];
    await caught("quotes nothing", calls, async (place, call) => {
      scene.reset();
      everyFreeField(scene, SHORT, ["file_path", "real_path", "worktree_path"]);
      return (await judged(scene.project, call, place)).faults;
    });
  },
  TIMEOUT_MS,
);

test(
  "coord that cuts nothing is seen before a model",
  async () => {
    await caught("cuts nothing", ["hook check PreToolUse Write"], async (place, call) => {
      scene.reset();
      everyFreeField(scene, LONG, ["file_path", "real_path", "worktree_path"]);
      return (await judged(scene.project, call, place)).faults;
    });
  },
  TIMEOUT_MS,
);

test(
  "coord that follows links is seen by what it takes from there, or changes there",
  async () => {
    await caught("follows links", ["status"], async (place, call) => {
      scene.reset();
      const { project } = scene;
      const outside = join(project.root, "outside");
      rmSync(outside, { recursive: true, force: true });
      mkdirSync(outside);
      // Another's record, such as a link in a clone may lead to.
      const [record_] = ["agent-b.json"].map((name) => project.content(join(project.state, "heartbeats", name)));
      writeFileSync(join(outside, "theirs.json"), (record_ ?? "").replace("Task B", "SECRET"));
      rmSync(join(project.state, "heartbeats/agent-b.json"));
      symlinkSync(join(outside, "theirs.json"), join(project.state, "heartbeats/agent-b.json"));
      return textOf(await run(project, call, place)).includes("SECRET") ? ["it shows what a link leads to"] : [];
    });
  },
  TIMEOUT_MS,
);

test(
  "coord that takes any ID is seen by what it makes outside of the state",
  async () => {
    await caught("takes any ID", ["instance register --task T --role R"], async (place, call) => {
      scene.reset();
      const { project } = scene;
      await run(project, { ...call, argv: [...call.argv, "--as=../../../escaped"] }, place);
      return ["escaped.json", "escaped~1.json"]
        .filter((name) => existsSync(project.path(name)))
        .map((name) => `it made ${name}`);
    });
  },
  TIMEOUT_MS,
);
