import { failed, type FileStat } from "../../platform/sys/types.ts";
import { foreignPart } from "../../app/context.ts";
import { layoutOf, type Layout } from "../../store/file/layout.ts";
import { movedFrom } from "../../app/moved.ts";
import { ownerHint } from "../../app/state-owner.ts";
import { openFiles, stateFolders } from "../../app/state-modes.ts";
import { pathWord } from "../../domain/quote.ts";
import { counted } from "../show-text.ts";
import type { Check } from "./check.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** The state folder is the user's alone: SECURITY.md, "Files". */
export const permissions: Check = {
  name: "permissions",
  needsState: false,
  look: async (scene) => {
    const { app, ground, state, typed } = scene;
    const { stateDir } = app.workspace;
    if (state === "missing" && ground.top === ground.home) {
      return [warning("The home folder is not a project: hooks do nothing here", `in a project: ${typed("doctor")}`)];
    }
    const moved = state === "missing" ? movedFrom(app.sys, app.cwd) : undefined;
    if (moved !== undefined) return [failing(`${moved.text}: hooks do nothing here`, moved.cure)];
    if (state === "missing") {
      return [failing(`No state folder in "${app.workspace.top}": hooks do nothing here`, typed("init"))];
    }
    const other = foreignPart(app);
    if (other !== undefined) {
      const text = `COORD_DIR "${stateDir}" is no state folder: it holds "${other}"`;
      return [failing(text, "let COORD_DIR name a new or empty folder")];
    }
    const layout = layoutOf(stateDir);
    const folders = stateFolders(layout).flatMap((path) => folderRemark(scene, path));
    const found = folders.some(({ level }) => level === "error")
      ? folders
      : [...folders, ...fileRemarks(scene, layout)];
    return found.length > 0 ? found : [fine(`The state folder is yours alone: ${stateDir}`)];
  },
};

function folderRemark({ app, typed }: Scene, path: string): readonly Remark[] {
  const { sys } = app;
  const stat = sys.lstat(path);
  if (stat === "ENOENT") return [];
  if (failed(stat)) return [failing(`Cannot look at "${path}": ${stat}`, `ls -ld ${pathWord(path)}`)];
  if (stat.kind !== "directory") {
    const away = `mv ${pathWord(path)} ${pathWord(`${path}.aside`)} && ${typed("init")}`;
    return [failing(`"${path}" is not a folder but a ${stat.kind}`, away)];
  }
  if (stat.uid !== sys.uid()) {
    return [failing(`"${path}" belongs to another user (uid ${stat.uid})`, ownerHint(app, path, stat.uid))];
  }
  if ((stat.mode & 0o002) !== 0) {
    return [failing(`"${path}" may be written by everybody (mode ${octal(stat)})`, `chmod 700 ${pathWord(path)}`)];
  }
  const open = (stat.mode & 0o077) !== 0 || (stat.mode & 0o700) !== 0o700;
  return open ? [warning(`"${path}" has mode ${octal(stat)}, not 0700`, `chmod 700 ${pathWord(path)}`)] : [];
}

function fileRemarks({ app, typed }: Scene, layout: Layout): readonly Remark[] {
  const open = openFiles(app.sys, layout);
  const [first] = open;
  if (first === undefined) return [];
  const text = `Others may read or write ${counted(open.length, "file")} of the state, such as "${first}"`;
  return [warning(text, typed("doctor --fix"))];
}

function octal({ mode }: FileStat): string {
  return `0${mode.toString(8)}`;
}
