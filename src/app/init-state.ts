import { writeAll } from "../platform/text-file.ts";
import { parentOf } from "../platform/git-layout.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import { ioError } from "../store/file/atomic-file.ts";
import { makeFolder, makeFolders } from "../store/file/folders.ts";
import { layoutOf } from "../store/file/layout.ts";
import { hasState, type App } from "./context.ts";

/** Only decisions are for the repository: DESIGN section 3. */
const GITIGNORE = "*\n!.gitignore\n!decisions/\n!decisions/**\n";

/** Makes the state folder, owner-only. Idempotent. Answers whether it was made now. Throws STATE_UNSAFE, IO. */
export function initState(app: App): boolean {
  const { sys, workspace } = app;
  const layout = layoutOf(workspace.stateDir);
  const fresh = !hasState(app);
  makeParents(sys, parentOf(layout.top));
  makeFolder(sys, layout.top);
  makeFolders(sys, layout);
  layGitignore(app);
  return fresh;
}

/** Writes the .gitignore unless there is one: whoever changed it had a reason. Throws IO. */
function layGitignore({ sys, workspace }: App): void {
  const { gitignore } = layoutOf(workspace.stateDir);
  const fd = sys.open(gitignore, "create");
  if (fd === "EEXIST") return;
  if (failed(fd)) throw ioError("write", gitignore, fd);
  writeAll(sys, fd, new TextEncoder().encode(GITIGNORE));
  sys.close(fd);
}

/** `.claude` and what is above it: the user's own folders, with the usual mode. */
function makeParents(sys: Sys, path: string): void {
  if (path === "/" || typeof sys.stat(path) !== "string") return;
  makeParents(sys, parentOf(path));
  const made = sys.mkdir(path, 0o755);
  if (made !== "" && made !== "EEXIST") throw ioError("make", path, made);
}
