/** The state's own folders and files are for their owner alone: 0700 and 0600 (SECURITY.md). */
import { failed, type FileStat, type Sys } from "../platform/sys/types.ts";
import { foldersIn, layoutOf, type Layout } from "../store/file/layout.ts";
import type { App } from "./context.ts";

/** What coord itself puts beside the folders, but for what comes from git or is the user's (.gitignore, config.json). */
const OWN =
  /^(events(\.1)?\.jsonl|journal\.json|floor\.json|pruned|work-registry\.json|decision-(log|counter(~1)?)\.json)$/;

/** The state folder and every folder of ours in it. Not decisions/, whose modes are git's. */
export function stateFolders(layout: Layout): readonly string[] {
  return [layout.top, layout.guard, layout.schemas, ...foldersIn(layout)];
}

/** Files of ours that others may read or write; looks through no link, and at none that is somebody else's as well. */
export function openFiles(sys: Sys, layout: Layout): readonly string[] {
  return stateFolders(layout).flatMap((folder) => {
    const stat = sys.lstat(folder);
    const names = failed(stat) || stat.kind !== "directory" ? [] : sys.list(folder);
    return (failed(names) ? [] : names)
      .filter((name) => folder !== layout.top || OWN.test(name))
      .map((name) => `${folder}/${name}`)
      .filter((path) => {
        const file = sys.lstat(path);
        return (
          !failed(file) &&
          file.kind === "file" &&
          file.uid === sys.uid() &&
          file.nlink === 1 &&
          (file.mode & 0o077) !== 0
        );
      });
  });
}

/** Takes from others what they may do with our folders and files. Answers what was changed. */
export function closeModes({ sys, workspace }: Pick<App, "sys" | "workspace">): readonly string[] {
  const layout = layoutOf(workspace.stateDir);
  const top = sys.lstat(layout.top);
  // Through a link all that is below would be somebody else's.
  if (failed(top) || top.kind !== "directory") return [];
  const folders = stateFolders(layout).filter((folder) => {
    const stat = sys.lstat(folder);
    return !failed(stat) && stat.kind === "directory" && stat.uid === sys.uid() && stat.mode !== 0o700;
  });
  const close = (paths: readonly string[], mode: number, kind: FileStat["kind"]): readonly string[] =>
    paths.filter((path) => setMode(sys, path, mode, kind));
  const closed = close(folders, 0o700, "directory");
  return [...closed, ...close(openFiles(sys, layout), 0o600, "file")];
}

/** By a descriptor that was opened through no link: chmod(2) would follow one that has come in between. */
function setMode(sys: Sys, path: string, mode: number, kind: FileStat["kind"]): boolean {
  const fd = sys.open(path, "read");
  if (failed(fd)) return false;
  const stat = sys.fstat(fd);
  const isOurs = !failed(stat) && stat.kind === kind && stat.uid === sys.uid();
  const set = isOurs && sys.fchmod(fd, mode) === "";
  sys.close(fd);
  return set;
}
