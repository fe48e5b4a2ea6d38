/** One case: one thing is spoilt, one command runs, and everybody else goes on. */
import { chance } from "../seed.ts";
import { LINES, type Line } from "./commands.ts";
import { pictured, touched } from "./outside.ts";
import type { Case } from "./plan.ts";
import { others } from "./others.ts";
import type { Scene } from "./scene.ts";
import { quarantine, type Said, type Scenery } from "./scenery.ts";
import { settled } from "./settled.ts";
import { isUnsound } from "./sound.ts";
import { spoil } from "./spoil.ts";
import { misspoken } from "./spoken.ts";
import { TARGETS } from "./targets.ts";

export interface Outcome {
  /** What broke a rule, a line each; empty when all was well. */
  readonly problems: readonly string[];
  readonly ran: readonly Said[];
  /** The record could not be used. */
  readonly broken: boolean;
  readonly quarantined: number;
}

/** Undefined for a kind that cannot be made of this target. `settle`: look also at what becomes of the broken record. */
export async function examine(scene: Scene, test: Case, seed: number, settle: boolean): Promise<Outcome | undefined> {
  const target = found(TARGETS, test.target);
  const line = found(LINES, test.line);
  const spoilt = spoil(scene, target, test.kind, seed);
  if (spoilt === undefined) return undefined;
  const broken = isUnsound(scene.state, spoilt.path);
  const ran: Said[] = [];
  const problems: string[] = [];
  const say = async (said: Line): Promise<Said> => {
    const { words, stdin, tool } = said;
    const result = await scene.run({
      words: words(scene),
      tool,
      ...(stdin === undefined ? {} : { stdin: stdin(scene) }),
    });
    const all = { ...result, line: said };
    ran.push(all);
    for (const wrong of misspoken(said, result)) problems.push(`${said.name}: ${wrong}`);
    return all;
  };
  const scenery: Scenery = { scene, target, kind: test.kind, spoilt, broken, say, draw: chance(seed) };
  try {
    const before = pictured(scene);
    await say(line);
    problems.push(...(await others(scenery)));
    if (settle) problems.push(...(await settled(scenery)));
    problems.push(
      ...touched(before, pictured(scene), [...(line.writes ?? []), ...spots(scenery)]).map(
        (what) => `outside: ${what}`,
      ),
    );
    const names = quarantine(scene);
    for (const name of names) {
      const times = ran.filter(({ out, err }) => `${out}${err}`.includes(`corrupt/${name}`)).length;
      if (times !== 1) problems.push(`corrupt/${name} was told ${times} times`);
    }
    return { problems, ran, broken, quarantined: names.length };
  } finally {
    spoilt.undo();
    scene.restore(line.writes !== undefined || target.name.startsWith("the user's"));
  }
}

/** What is spoilt outside of the state is no stranger's. */
function spots({ scene, spoilt }: Scenery): readonly string[] {
  return spoilt.path.startsWith(scene.home) ? [spoilt.path.slice(scene.root.length + 1)] : [];
}

function found<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const one = all.find((it) => it.name === name);
  if (one === undefined) throw new Error(`No such name: ${name}`);
  return one;
}
