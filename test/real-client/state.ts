/** What coord says and keeps about a project: asked of the command line, and looked up in the state folder itself. */
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import * as v from "valibot";
import { coord, type Project } from "./project.ts";

/** An ID, or an object with it, as the bash edition's lock files have it. */
const holderSchema = v.union([
  v.string(),
  v.pipe(
    v.looseObject({ instance_id: v.string() }),
    v.transform((holder) => holder.instance_id),
  ),
]);
const locksSchema = v.object({
  locks: v.array(v.looseObject({ file_path: v.string(), kind: v.string(), locked_by: holderSchema })),
});
const instancesSchema = v.object({
  instances: v.array(v.looseObject({ instance_id: v.string(), status: v.string() })),
});

/** One line per lock, "path kind holder", sorted. */
export function locksOf(project: Project, binary: string): readonly string[] {
  const answer = v.parse(
    v.pipe(v.string(), v.parseJson(), locksSchema),
    coord(project, binary, "lock", "list", "--json"),
  );
  const nameOf = (path: string): string => relative(project.dir, resolve(project.dir, path));
  return answer.locks.map((lock) => `${nameOf(lock.file_path)} ${lock.kind} ${lock.locked_by}`).toSorted();
}

/** IDs of those that count as being at work; the dead may stay listed as stale until somebody tidies up. */
export function instancesOf(project: Project, binary: string): readonly string[] {
  const said = coord(project, binary, "instance", "list", "--json");
  const answer = v.parse(v.pipe(v.string(), v.parseJson(), instancesSchema), said);
  const living = answer.instances.filter((instance) => instance.status !== "stale");
  return living.map((instance) => instance.instance_id).toSorted();
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that was never needed is as good as an empty one
  }
}

/**
 * Everything in the state folder that speaks of a session or of work under way. Looked up without coord, because a
 * command of it may tidy up. The ledger (`files/`), history and configuration stay behind on purpose.
 */
export function leftovers(project: Project): readonly string[] {
  const state = project.path(".claude/coordination");
  const left = ["locks", "heartbeats", "tmp", "held"].flatMap((name) =>
    entries(join(state, name)).map((entry) => `${name}/${entry}`),
  );
  const guard = entries(join(state, "guard"));
  if (guard.join() !== "free") left.push(`guard/ holds "${guard.join(", ")}" instead of "free"`);
  left.push(...entries(state).filter((name) => name.startsWith("guard.tmp")));
  return left;
}
