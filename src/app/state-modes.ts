/** The state's own folders and files are for their owner alone: 0700 and 0600 (SECURITY.md). */
import { failed } from "../platform/sys/types.ts";
import { foldersIn, layoutOf, type Layout } from "../store/file/layout.ts";
import type { App } from "./context.ts";

/** Every folder of ours in a state folder. Not decisions/, whose modes are git's. */
export function stateFolders(layout: Layout): readonly string[] {
  return [layout.guard, layout.schemas, ...foldersIn(layout)];
}

/** Takes from others what they may do with our folders and files; follows no link. Answers what was changed. */
export function closeModes({ sys, workspace }: App): readonly string[] {
  const layout = layoutOf(workspace.stateDir);
  const changed: string[] = [];
  const close = (path: string, kind: "directory" | "file", mode: number): boolean => {
    const stat = sys.lstat(path);
    if (failed(stat) || stat.kind !== kind || stat.uid !== sys.uid()) return false;
    if ((stat.mode & 0o077) === 0 && (stat.mode & mode) === mode) return true;
    if (sys.chmod(path, mode) === "") changed.push(path);
    return true;
  };
  for (const folder of [layout.top, ...stateFolders(layout)]) {
    if (!close(folder, "directory", 0o700)) continue;
    const names = sys.list(folder);
    for (const name of failed(names) ? [] : names) {
      const path = `${folder}/${name}`;
      if (path !== layout.gitignore && path !== layout.config) close(path, "file", 0o600);
    }
  }
  return changed;
}
