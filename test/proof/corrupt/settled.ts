/** What becomes of the broken record: it is moved to `corrupt/` with its reason, and the state is whole again. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Line } from "./commands.ts";
import { age, quarantine, type Scenery } from "./scenery.ts";
import { unsound } from "./sound.ts";
import { identityOf } from "./spoil.ts";

/** Kinds that not even their owner can move, or that may be readable tomorrow: those stay, and are left out. */
const STAYS: readonly string[] = ["what cannot be changed"];
const UNREADABLE: readonly string[] = ["what nobody may touch", "another user's"];

function line(...words: readonly string[]): Line {
  return { name: words.join(" "), command: words.slice(0, 2).join(" "), words: () => words };
}

const DECIDE = ["--category", "api", "--title", "Settled", "--description", "D", "--as", "agent-c"];
/** Between them they read every record in a guard. */
const LINES: readonly Line[] = [
  line("lock", "acquire", "settle.ts", "--as", "agent-c"),
  line("lock", "acquire", "a.ts", "--as", "agent-c"),
  line("instance", "heartbeat", "--as", "agent-a"),
  line("decisions", "list", "--limit", "50"),
  line("decisions", "add", ...DECIDE),
  line("init"),
];

export async function settled(scenery: Scenery): Promise<readonly string[]> {
  const { scene, target, kind, spoilt, broken, say } = scenery;
  if (target.role === "other" || STAYS.includes(kind)) return [];
  if (broken && !age(spoilt.path)) return [];
  for (const each of LINES) await say(each);
  const problems: string[] = [];
  const stays = UNREADABLE.includes(kind) && target.name.startsWith("decisions/");
  for (const path of stays ? [] : unsound(scene.state))
    problems.push(`${path.slice(scene.state.length + 1)} is not sound yet`);
  const moved = quarantine(scene).map((name) => join(scene.state, "corrupt", name));
  for (const path of moved) if (!existsSync(`${path}.reason`)) problems.push(`${path} has no reason`);
  if (
    broken &&
    !stays &&
    spoilt.identity !== undefined &&
    !moved.some((path) => identityOf(path) === spoilt.identity)
  ) {
    problems.push("What was broken is not in corrupt/");
  }
  if (target.name.startsWith("files/")) problems.push(...(await fencesGrow(scenery, "a.ts", broken ? OLD_FENCE : 0)));
  if (target.name === "floor.json" && kind !== "nothing")
    problems.push(...(await fencesGrow(scenery, "settle.ts", FLOOR)));
  return problems;
}

/** Of a.ts in the scene; of floor.json as it is laid. */
const OLD_FENCE = 1;
const FLOOR = 100;

const acquiredSchema = v.looseObject({ locks: v.tuple([v.looseObject({ fence: v.number() })]) });

/** Each grant has a fence above the one before, and above all that were given before the record broke. */
async function fencesGrow({ say }: Scenery, path: string, above: number): Promise<readonly string[]> {
  await say(line("lock", "release", path, "--as", "agent-a"));
  await say(line("lock", "release", path, "--as", "agent-c"));
  const problems: string[] = [];
  let last = above;
  for (const id of ["agent-c", "agent-d", "agent-c"]) {
    const { out, err } = await say(line("lock", "acquire", path, "--as", id, "--json"));
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), acquiredSchema), out);
    const fence = parsed.success ? parsed.output.locks[0].fence : Number.NaN;
    if (!(fence > last)) problems.push(`The fence of ${path} is ${fence} after ${last} ${err}`);
    last = fence;
    await say(line("lock", "release", path, "--as", id));
  }
  return problems;
}
