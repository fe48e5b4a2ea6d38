/** What is printed shows no name as it is not, and can be typed again for the same lock. */
import * as v from "valibot";
import { locksSchema } from "../../e2e/cli.ts";
import { HIDDEN } from "../../hooks/hook.ts";
import { NAMES, shown } from "./names.ts";
import { snapshot, strangeNames } from "./outside.ts";
import { inLanes, seat, type Program, type Seat } from "./program.ts";
import { layGround, type Found } from "./same-file.ts";

const LANES = 3;
const LOCKED = v.pipe(v.string(), v.parseJson(), locksSchema);

/** For each name: locked by one, refused to another, and each command that is printed on the way typed into a shell. */
export async function printed(program: Program, names: readonly string[] = NAMES): Promise<Found> {
  using project = layGround();
  const at = seat(project, program);
  const before = snapshot(project.root, project.state);
  const wrong = (await inLanes(names, LANES, async (name) => wrongWith(at, name))).flat();
  return {
    wrong: [
      ...wrong,
      ...snapshot(project.root, project.state)
        .filter((line) => !before.includes(line))
        .map((line) => `made or changed: ${line}`),
      ...strangeNames(project.state).map((name) => `in the state: ${name}`),
    ],
    looked: names.length,
  };
}

async function wrongWith(at: Seat, name: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  const see = ({ out, err }: { readonly out: string; readonly err: string }): string => {
    const text = out + err;
    if (HIDDEN.test(text)) wrong.push(`${shown(name)}: printed with what cannot be seen: ${JSON.stringify(text)}`);
    return text;
  };
  const must = (holds: boolean, what: string, said: string): void => {
    if (!holds) wrong.push(`${shown(name)}: ${what}: ${said}`);
  };
  const command = (said: string, before: RegExp): string => before.exec(said)?.[1] ?? "false";

  const mine = see(await at.run(["lock", "acquire", "--as", "ann", "--", name]));
  const refused = see(await at.run(["lock", "acquire", "--as", "ben", "--", name]));
  must(refused.includes("held by ann"), "not refused", refused);
  const waiting = command(refused, /^Next: (.+)$/m);
  const waited = await at.type(waiting.replace(" 60s", " 0s"));
  must(waited.code === 10 && waited.err.includes("held by ann"), `"${waiting}" is about another lock`, see(waited));
  const back = command(mine, /^To give it back: (.+)$/m);
  const released = await at.type(back);
  must(released.code === 0 && released.out.startsWith("Released: "), `"${back}" gives nothing back`, see(released));
  const free = see(await at.run(["lock", "check", "--as", "ben", "--", name]));
  must(free.startsWith("Free: "), `"${back}" left it locked`, free);
  const taking = command(free, /^To lock it: (.+)$/m);
  const taken = see(await at.type(`${taking} --json`));
  const locked = v.safeParse(LOCKED, taken);
  const isIt = locked.success && locked.output.locks.every(({ file_path }) => file_path === name);
  must(isIt, `"${taking}" locks another file`, taken);
  return wrong;
}
