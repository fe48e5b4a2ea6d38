/**
 * What is in the state and could be typed next: for the completion of command lines. Reads only, waits for nobody and
 * repairs nothing: it runs at a press of a key, in the middle of a command that may never be started.
 */
import { CATEGORIES, type DecisionRecord } from "../domain/decision.ts";
import { decisionFiles } from "../store/file/decision-files.ts";
import { layoutOf } from "../store/file/layout.ts";
import { hasState, type App } from "./context.ts";
import type { LockInfo } from "./lock-view.ts";
import { instanceInfos, type InstanceInfo } from "./status.ts";

/** More than a screen of them helps nobody. */
const NEWEST = 50;

export function knownInstances(app: App): readonly InstanceInfo[] {
  return hasState(app) ? instanceInfos(app) : [];
}

/** Locks on files of this worktree, or outside any; only `holder`'s if one is given. */
export function knownLocks(app: App, holder: string | undefined): readonly LockInfo[] {
  const { worktree } = app.workspace;
  return knownInstances(app)
    .filter(({ instance_id }) => holder === undefined || instance_id === holder)
    .flatMap(({ locks }) => locks)
    .filter((lock) => lock.file_path.startsWith("/") || lock.worktree === worktree);
}

/** The newest decisions that can be read. */
export function knownDecisions(app: App): readonly DecisionRecord[] {
  if (!hasState(app)) return [];
  const files = decisionFiles(app.sys, layoutOf(app.workspace.stateDir));
  const found: DecisionRecord[] = [];
  for (const id of files.ids()) {
    if (found.length === NEWEST) break;
    const read = files.look(id);
    if (read.state === "ok") found.push(read.value);
  }
  return found;
}

/** The usual ones, and what else the newest decisions are filed under. */
export function knownCategories(app: App): readonly string[] {
  return [...new Set([...CATEGORIES, ...knownDecisions(app).map(({ category }) => category)])];
}
