import { pathWord, shellWord } from "../../domain/quote.ts";
import { layoutOf } from "../../store/file/layout.ts";
import { fine, warning, type Remark } from "./finding.ts";
import { runGit } from "./run-git.ts";
import type { Scene } from "./scene.ts";

/**
 * Decisions are meant to be committed, and a `.claude/` in .gitignore quietly keeps them from it. A rule that names the
 * state is meant so, and so is one while nothing is logged: those are only told.
 */
export async function ignoredRemarks(scene: Scene): Promise<readonly Remark[]> {
  const { sys, workspace } = scene.app;
  const { top, stateDir } = workspace;
  if (!stateDir.startsWith(`${top}/`)) return [];
  const folder = stateDir.slice(top.length + 1);
  // Git judges a path that need not exist; a file that it tracks would never count as ignored.
  const asked = `${folder}/decisions/0000-00/DEC-00000000-0000-000000.json`;
  const answer = await runGit(scene, top, ["check-ignore", "-v", "--", asked]);
  // file:line:rule, a tab, the path
  const [, file = "", line = "", rule = ""] = /^(.*?):(\d+):(.*)\t/.exec(answer ?? "") ?? [];
  // It answers with the last rule that speaks of the path, also with one that takes it back.
  if (rule === "" || rule.startsWith("!")) return [];
  const text = `Git ignores the folder of decisions, by "${rule}" in ${file}, line ${line}`;
  const isMeant = rule.includes("coordination") || file === `${folder}/.gitignore`;
  const hasDecisions = typeof sys.stat(layoutOf(stateDir).decisions) !== "string";
  if (isMeant || !hasDecisions) return [fine(`${text}: they stay on this machine`)];
  const words = ["", ...rulesFor(folder)].map((word) => shellWord(word) ?? "''").join(" ");
  return [warning(`${text}: they cannot be committed`, `printf '%s\\n' ${words} >>${pathWord(`${top}/.gitignore`)}`)];
}

/** Rules that open the way to `folder` and nothing beside it. Git does not look into a folder that is ignored. */
function rulesFor(folder: string): readonly string[] {
  const names = folder.split("/");
  return names.flatMap((_, i) => {
    const at = `/${names.slice(0, i + 1).join("/")}`;
    return i + 1 < names.length ? [`!${at}/`, `${at}/*`] : [`!${at}/`];
  });
}
