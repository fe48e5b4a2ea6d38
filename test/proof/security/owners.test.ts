/** Whose the state is, and who may look into it: SECURITY.md, "Files". Only root can give files to others. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, cpSync, lstatSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, type Project } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { run, textOf, type Call } from "./call.ts";
import { changes, fingerprint, peopled, type Peopled } from "./project.ts";

const TIMEOUT_MS = scaled(240_000, 600_000);
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

function everything(top: string): readonly string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));
}

/** The modes that are not the owner's alone; decisions and .gitignore are for git, whose modes they have. */
function open(state: string): readonly string[] {
  return [state, ...everything(state)].flatMap((path) => {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return [];
    const wanted = stat.isDirectory() ? 0o700 : 0o600;
    return (stat.mode & 0o7777) === wanted ? [] : [`${path.slice(state.length)} ${(stat.mode & 0o7777).toString(8)}`];
  });
}

describe("what coord makes is its owner's alone", () => {
  for (const mask of ["000", "002", "022", "077"]) {
    test(
      `under umask ${mask}`,
      async () => {
        const project = layProject({ state: false, files: { "held.ts": "1\n", "mine.ts": "1\n", "seen.ts": "1\n" } });
        try {
          const place = { prefix: ["sh", "-c", `umask ${mask}; exec "$0" "$@"`] };
          const changing = scene.commands.filter(({ name }) => !/doctor|install|wait/.test(name));
          const hooks = scene.hooks.map((call) => ({
            ...call,
            stdin: (call.stdin ?? "").replaceAll(scene.project.dir, project.dir),
          }));
          for (const call of [...changing, ...hooks.filter(({ name }) => !name.includes("SessionEnd"))])
            await run(project, call, place);
          expect(open(project.state)).toEqual([]);
          expect(everything(project.state).length).toBeGreaterThan(25);
          record({
            check: `modes of all that is made under umask ${mask}`,
            load: { files: everything(project.state).length },
            losses: 0,
          });
        } finally {
          project[Symbol.dispose]();
        }
      },
      TIMEOUT_MS,
    );
  }

  test(
    "and stays so when it is opened to others and used on",
    async () => {
      scene.reset();
      const { project } = scene;
      for (const path of everything(project.state)) if (!lstatSync(path).isSymbolicLink()) chmodSync(path, 0o777);
      chmodSync(project.state, 0o755);
      const [fix] = scene.commands.filter(({ name }) => name === "doctor --fix");
      if (fix === undefined) throw new Error("no doctor --fix");
      await run(project, fix);
      // held/ itself is closed: what is below it is out of reach. The others are git's, or the user's own.
      const left = open(project.state).filter(
        (line) => !/^\/(held\/|decisions|\.gitignore|bin|lib|config\.json)/.test(line),
      );
      expect(left).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** The state in the hands of `uid`, and the project's folder so that everybody can reach it. */
function give(project: Project, uid: number): void {
  for (const path of [project.dir, project.path(".claude"), project.state, ...everything(project.state)]) {
    if (!lstatSync(path).isSymbolicLink()) chownSync(path, uid, uid);
  }
  for (const path of [project.root, project.dir, project.path(".claude")]) chmodSync(path, 0o755);
}

async function refused(
  calls: readonly Call[],
  says: string,
  prefix: readonly string[] = [],
  binary = BINARY,
): Promise<readonly string[]> {
  const { project } = scene;
  const before = fingerprint(project.state);
  const faults: string[] = [];
  for (const call of calls) {
    const called = await run(project, call, { prefix, binary });
    const text = textOf(called);
    if (called.code === null) faults.push(`${call.name} hangs`);
    if (call.kind === "hook" && called.code !== 0) faults.push(`${call.name} ended with ${called.code}`);
    if (call.kind === "hook" && text.includes("permissionDecision")) faults.push(`${call.name} stops a write`);
    if (/^(status|lock|decisions|instance|run)/.test(call.name) && !text.includes(says))
      faults.push(`${call.name} says ${JSON.stringify(text.slice(0, 200))}`);
    for (const change of changes(before, fingerprint(project.state))) faults.push(`${call.name}: ${change}`);
  }
  return faults;
}

describe("a state that others can change is refused by every call, and not touched", () => {
  const quick = (): readonly Call[] =>
    scene.all.filter(({ name, kind }) => kind !== "tool" && !/^(doctor|install|uninstall|complete)/.test(name));

  test.skipIf(!isRoot)(
    "one that belongs to another user",
    async () => {
      scene.reset();
      give(scene.project, NOBODY);
      expect(await refused(quick(), "belongs to another user")).toEqual([]);
      record({ check: "calls on another user's state, as root", load: { calls: quick().length }, losses: 0 });
      give(scene.project, 0);
    },
    TIMEOUT_MS,
  );

  test(
    "one that everybody may write to",
    async () => {
      scene.reset();
      for (const mode of [0o777, 0o1777, 0o702]) {
        chmodSync(scene.project.state, mode);
        expect(await refused(quick(), "may be written by everybody")).toEqual([]);
      }
      chmodSync(scene.project.state, 0o700);
      record({ check: "calls on a state that everybody may write to", load: { calls: quick().length * 3 }, losses: 0 });
    },
    TIMEOUT_MS,
  );

  // A copy of the binary that nobody can reach.
  test.skipIf(!isRoot)(
    "root's, for somebody who is not root",
    async () => {
      scene.reset();
      const { project } = scene;
      const copy = join(project.root, "coord");
      cpSync(BINARY, copy);
      for (const path of [project.root, project.dir, project.path(".claude"), project.state]) chmodSync(path, 0o755);
      for (const name of ["home", "tmp"]) chmodSync(join(project.root, name), 0o777);
      expect(await refused(quick(), "belongs to another user", AS_NOBODY, copy)).toEqual([]);
      record({ check: "calls on root's state, as somebody else", load: { calls: quick().length }, losses: 0 });
    },
    TIMEOUT_MS,
  );

  test.skipIf(!isRoot)(
    "and one in a shared sticky folder that somebody else has laid there first",
    async () => {
      const { project } = scene;
      const shared = join(project.root, "shared");
      const victim = join(shared, "victim");
      mkdirSync(victim, { recursive: true });
      chmodSync(shared, 0o1777);
      // Outside of git the nearest state above counts: a stranger's must not.
      scene.reset();
      cpSync(project.path(".claude"), join(shared, ".claude"), { recursive: true, verbatimSymlinks: true });
      for (const path of [join(shared, ".claude"), ...everything(join(shared, ".claude"))]) {
        if (!lstatSync(path).isSymbolicLink()) chownSync(path, NOBODY, NOBODY);
      }
      const git = join(project.root, "git-aside");
      renameSync(project.path(".git"), git);
      try {
        const before = fingerprint(shared);
        for (const call of scene.hooks) {
          const stdin = (call.stdin ?? "").replaceAll(project.dir, victim);
          const called = await run(project, { ...call, stdin }, { cwd: victim, env: { CLAUDE_PROJECT_DIR: victim } });
          expect([call.name, called.code, textOf(called).includes("permissionDecision")]).toEqual([
            call.name,
            0,
            false,
          ]);
        }
        expect(changes(before, fingerprint(shared))).toEqual([]);
      } finally {
        renameSync(git, project.path(".git"));
      }
      record({
        check: "hooks below a stranger's state in a sticky folder",
        load: { calls: scene.hooks.length },
        losses: 0,
      });
    },
    TIMEOUT_MS,
  );
});
