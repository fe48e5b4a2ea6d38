/** The same file is the same lock however it is named, and two files are two. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { checkSchema, locksSchema } from "../../e2e/cli.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { NAMES, shown } from "./names.ts";
import { snapshot, strangeNames } from "./outside.ts";
import { inLanes, seat, type Program, type Seat } from "./program.ts";

export interface Found {
  /** A line for each rule that was broken. */
  readonly wrong: readonly string[];
  /** How many names were looked at. */
  readonly looked: number;
}

/** Ways to name one file: what is typed, and the folder below the project's root in which it is. */
type Way = readonly [typed: string, cwd?: string];

export interface Group {
  readonly file: string;
  readonly ways: (top: string) => readonly Way[];
}

const GROUPS: readonly Group[] = [
  {
    file: "a file in a folder",
    ways: (top) => [
      ["src/a.ts"],
      ["./src/./a.ts"],
      ["src//a.ts"],
      [`${top}/project/src/a.ts`],
      [`//${top.slice(1)}//project/src/a.ts`],
      ["src/deep/../a.ts"],
      ["a.ts", "project/src"],
      ["../a.ts", "project/src/deep"],
      ["link/a.ts"],
      ["file-link"],
      ["link-to-link"],
      ["src/back/a.ts"],
      ["src/back/back/deep/../a.ts"],
      [`${top}/project-link/src/a.ts`],
      ["project/src/a.ts", "."],
      ["src/a.ts", "project-link"],
      ["/proc/self/cwd/src/a.ts"],
      [`/proc/self/root${top}/project/src/a.ts`],
      ["other/../src/a.ts"],
      ["not/there/../../src/a.ts"],
    ],
  },
  {
    file: "a file behind a link and ..",
    ways: () => [["src/b.ts"], ["deep-link/../b.ts"], ["src/deep/../b.ts"], ["../b.ts", "project/deep-link"]],
  },
  {
    file: "a file that is not there, in folders that are not",
    ways: (top) => [
      ["not/yet/x.ts"],
      ["not/yet/./x.ts"],
      ["not/yet/../yet/x.ts"],
      ["link/../not/yet/x.ts"],
      ["ahead/yet/x.ts"],
      [`${top}/project/not/yet/x.ts`],
    ],
  },
  { file: "a file behind a dangling link", ways: () => [["src/later"], ["dangling"], ["src/back/later"]] },
  {
    file: "a file outside of any workspace",
    ways: (top) => [["../outside.ts"], [`${top}/outside.ts`], ["out-link"], ["../../outside.ts", "project/src"]],
  },
  {
    file: "a file in another worktree",
    ways: (top) => [["../linked/src/a.ts"], ["src/a.ts", "linked"], [`${top}/linked/src/a.ts`], ["linked-a"]],
  },
  {
    file: "a file of a repository inside this one, with a state of its own",
    ways: (top) => [["nested/n.ts"], ["n.ts", "project/nested"], [`${top}/project/nested/n.ts`], ["nested/./n.ts"]],
  },
  {
    file: "a file of a repository inside this one, without a state",
    ways: (top) => [["stateless/n.ts"], [`${top}/project/stateless/n.ts`], ["stateless/../stateless/n.ts"]],
  },
  { file: "a file of git's own", ways: () => [[".git/config"], ["./.git/../.git/config"], ["config", "project/.git"]] },
  { file: "a name with a line end", ways: (top) => [["a\nb"], ["./a\nb"], [`${top}/project/a\nb`], ["odd-link"]] },
];

/** The groups that show at once what a wrong real path does. */
export const LINKED: readonly Group[] = GROUPS.filter(({ file }) => file.includes("behind a link and"));

/** A project with everything in it that GROUPS names. Outside of the state nothing changes afterwards. */
export function layGround(): Project {
  const project = layProject({ files: { "src/a.ts": "1\n", "src/b.ts": "2\n", "src/deep/c.ts": "", "b.ts": "3\n" } });
  const { root, dir } = project;
  project.git("worktree", "add", "-q", join(root, "linked"));
  for (const folder of ["other", "nested", "stateless"]) mkdirSync(join(dir, folder));
  for (const inner of ["nested", "stateless"]) project.git("-C", inner, "init", "-q");
  const links: Readonly<Record<string, string>> = {
    link: "src",
    "file-link": "src/a.ts",
    "link-to-link": "file-link",
    "src/back": "../src",
    "deep-link": "src/deep",
    ahead: "not",
    dangling: "src/later",
    "out-link": "../outside.ts",
    "linked-a": "../linked/src/a.ts",
    "odd-link": "a\nb",
    loop: "loop",
    "loop-a": "loop-b",
    "loop-b": "loop-a",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(dir, name));
  symlinkSync("project", join(root, "project-link"));
  writeFileSync(join(root, "outside.ts"), "out\n");
  return project;
}

const LANES = 3;
const json = <T>(schema: v.GenericSchema<unknown, T>) => v.pipe(v.string(), v.parseJson(), schema);

/** One instance locks each file by one name; by every other it has to be that lock, for a command and for a hook. */
export async function sameFile(program: Program, groups: readonly Group[] = GROUPS): Promise<Found> {
  using project = layGround();
  const at = seat(project, program);
  await at.run(["init"], { cwd: project.path("nested") });
  const before = snapshot(project.root, project.state);
  const looks = await inLanes(groups, LANES, async ({ file, ways }) => waysApart(at, file, ways(project.root)));
  const after = snapshot(project.root, project.state).filter((line) => !line.startsWith('"project/nested/.claude'));
  const wrong = looks.flatMap((look) => look.wrong);
  return {
    wrong: [
      ...wrong,
      ...after.filter((line) => !before.includes(line)).map((line) => `made or changed: ${line}`),
      ...strangeNames(project.state).map((name) => `in the state: ${name}`),
    ],
    looked: looks.reduce((sum, look) => sum + look.looked, 0),
  };
}

async function waysApart(at: Seat, file: string, ways: readonly Way[]): Promise<Found> {
  const wrong: string[] = [];
  const place = (cwd = "project") => ({ cwd: join(at.project.root, cwd) });
  const [first, ...others] = ways;
  if (first === undefined) return { wrong, looked: 0 };
  const mine = await at.run(["lock", "acquire", "--as", "ann", "--json", "--", first[0]], place(first[1]));
  const locked = v.safeParse(json(locksSchema), mine.out);
  if (!locked.success) return { wrong: [`${file}: not locked: ${JSON.stringify(mine)}`], looked: 0 };
  const id = locked.output.locks[0]?.lock_id;
  for (const [typed, cwd] of others) {
    const said = await at.run(["lock", "check", "--as", "ben", "--json", "--", typed], place(cwd));
    const checked = v.safeParse(json(checkSchema), said.out);
    const isSame = checked.success && checked.output.state === "held" && checked.output.lock?.lock_id === id;
    if (!isSame) wrong.push(`${file}: ${shown(typed)} in ${cwd ?? "project"} is another lock: ${said.out}${said.err}`);
  }
  const [last, cwd] = others.at(-1) ?? first;
  const released = await at.run(["lock", "release", "--as", "ann", "--", last], place(cwd));
  if (!released.out.startsWith("Released: ")) wrong.push(`${file}: not released by ${shown(last)}: ${released.err}`);
  return { wrong, looked: ways.length };
}

/** Every name is a lock of its own, and every answer names it so that a program reads back what was typed. */
export async function twoFiles(program: Program, names: readonly string[] = NAMES): Promise<Found> {
  using project = layGround();
  const at = seat(project, program);
  const before = snapshot(project.root, project.state);
  const wrong: string[] = [];
  await inLanes([...names.entries()], LANES, async ([i, name]) => {
    const said = await at.run(["lock", "acquire", "--as", `n${i}`, "--json", "--", name]);
    const locked = v.safeParse(json(locksSchema), said.out);
    if (!locked.success) wrong.push(`${shown(name)} is not a lock of its own: ${said.out}${said.err}`);
    else if (locked.output.locks[0]?.file_path !== name) wrong.push(`${shown(name)} reads back as ${said.out}`);
  });
  const list = v.parse(json(locksSchema), (await at.run(["lock", "list", "--json"])).out);
  if (new Set(list.locks.map(({ file_path }) => file_path)).size !== names.length) wrong.push("locks are missing");
  const after = snapshot(project.root, project.state);
  return {
    wrong: [
      ...wrong,
      ...after.filter((line) => !before.includes(line)).map((line) => `made or changed: ${line}`),
      ...strangeNames(project.state).map((name) => `in the state: ${name}`),
    ],
    looked: names.length,
  };
}
