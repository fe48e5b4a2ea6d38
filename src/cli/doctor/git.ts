import { movedFrom } from "../../app/moved.ts";
import { locateWorkspace } from "../../app/workspace.ts";
import { pathWord } from "../../domain/quote.ts";
import type { Check } from "./check.ts";
import { ignoredRemarks } from "./ignored-decisions.ts";
import { gitignoreStanding } from "../../store/file/gitignore.ts";
import { layoutOf } from "../../store/file/layout.ts";
import { runGit } from "./run-git.ts";
import { counted } from "../show-text.ts";
import { fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** What git keeps of the state, and whether all worktrees share one. */
export const git: Check = {
  name: "git",
  needsState: false,
  look: async (scene) => {
    const { sys, cwd, workspace } = scene.app;
    // Without a state here it is told where that is missing.
    const moved = scene.state === "missing" || workspace.named ? undefined : movedFrom(sys, cwd);
    if (moved !== undefined) return [warning(moved.text, moved.cure)];
    if (workspace.gitDir === undefined) return [fine("Not in a git repository: nothing of the state can be committed")];
    return [
      ...gitignoreRemarks(scene),
      ...(await trackedRemarks(scene)),
      ...(await ignoredRemarks(scene)),
      ...(await worktreeRemarks(scene)),
    ];
  },
};

/** Whether the state hides itself from git, and what hides it. */
function gitignoreRemarks({ app, state, typed }: Scene): readonly Remark[] {
  const { top, stateDir } = app.workspace;
  if (state !== "there" || !stateDir.startsWith(`${top}/`)) return [];
  const layout = layoutOf(stateDir);
  const standing = gitignoreStanding(app.sys, layout);
  if (standing === "sound") return [];
  const text =
    standing === "missing"
      ? `There is no "${layout.gitignore}", so git sees the whole state and may commit it`
      : `Git sees "${layout.gitignore}": a stash or a change of branch that takes it along bares the whole state`;
  return [warning(text, typed("doctor --fix"))];
}

async function trackedRemarks(scene: Scene): Promise<readonly Remark[]> {
  const { top, stateDir } = scene.app.workspace;
  if (!stateDir.startsWith(`${top}/`)) return [fine("The state folder lies outside of the repository")];
  const folder = stateDir.slice(top.length + 1);
  const listed = await runGit(scene, top, ["ls-files", "-z", "--", `:(literal)${folder}`]);
  if (listed === undefined) return [fine("Not looked at what git tracks: git did not answer")];
  const names = listed
    .split("\0")
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1));
  const wrong = names.filter(
    (name) => name !== ".gitignore" && name !== "config.json" && !name.startsWith("decisions/"),
  );
  const [first] = wrong;
  const own = names.includes(".gitignore")
    ? [
        warning(
          "Git tracks the .gitignore of the state: on a branch without it git sees the whole state, and may commit it",
          `git -C ${pathWord(top)} rm -f --cached --quiet -- ${pathWord(`${folder}/.gitignore`)}`,
        ),
      ]
    : [];
  if (first === undefined && own.length === 0) {
    const note = names.includes("config.json") ? "; config.json is shared with everybody who clones this" : "";
    return [fine(`Git keeps nothing of the state but what is for sharing${note}`)];
  }
  if (first === undefined) return own;
  const text = `Git tracks ${counted(wrong.length, "file")} of the state, such as "${first}": clones would start with them`;
  const all = [...new Set(wrong.map((name) => name.split("/")[0] ?? name))];
  const paths = all.map((name) => pathWord(`${folder}/${name}`)).join(" ");
  return [...own, warning(text, `git -C ${pathWord(top)} rm -rf --cached --quiet -- ${paths}`)];
}

/**
 * A linked worktree finds the main one through git's own folder; where that was put elsewhere (`--separate-git-dir`)
 * nothing leads back, and each has a state of its own. A bare repository has no main one: there it is meant so.
 */
async function worktreeRemarks(scene: Scene): Promise<readonly Remark[]> {
  const { worktree, top, worktreePath, named, stateDir } = scene.app.workspace;
  if (named || top !== worktreePath) return [];
  const bare = await runGit(scene, worktreePath, ["config", "--type=bool", "--get", "core.bare"]);
  if (bare?.trim() !== "false") return [];
  if (worktree === "") return linkedRemarks(scene);
  const text = `The main worktree cannot be found from here, so sessions there do not share this state: ${stateDir}`;
  return [warning(text, `in the shell of every session: export COORD_DIR=${pathWord(stateDir)}`)];
}

/** The same as seen from the main worktree, where git can be told what leads back. */
async function linkedRemarks(scene: Scene): Promise<readonly Remark[]> {
  const { sys, env, workspace } = scene.app;
  const listed = (await runGit(scene, workspace.top, ["worktree", "list", "--porcelain", "-z"])) ?? "";
  const places = listed.split("\0").flatMap((line) => (line.startsWith("worktree ") ? [line.slice(9)] : []));
  const apart = places.filter((place) => {
    // Git names its own folder where it does not know the main worktree.
    if (place === workspace.top || place === workspace.gitDir || typeof sys.stat(place) === "string") return false;
    return locateWorkspace(sys, env, place).stateDir !== workspace.stateDir;
  });
  const [first] = apart;
  if (first === undefined) return [];
  const text = `${counted(apart.length, "linked worktree")} such as "${first}" cannot find this one, so sessions there have a state of their own`;
  return [warning(text, `git -C ${pathWord(workspace.top)} config core.worktree ${pathWord(workspace.top)}`)];
}
