/** `coord decisions import`: takes over a log or archive of the bash edition, or coord's own of elsewhere. */
import { coordError } from "../domain/errors.ts";
import { joinPath } from "../platform/git-layout.ts";
import { readAll } from "../platform/text-file.ts";
import { failed } from "../platform/sys/types.ts";
import { importSchema } from "../schema/decision-log.ts";
import { parseValid } from "../schema/valid.ts";
import type { Taken, TakeOptions } from "../store/decision-log.ts";
import { requireState, type App } from "./context.ts";

const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Once is as good as often: what is known is not taken again. Throws USAGE for a file that is no log, IO. */
export async function importDecisions(app: App, file: string, options: TakeOptions): Promise<Taken> {
  requireState(app);
  const parsed = parseValid(importSchema, textOf(app, file));
  if (!parsed.ok) {
    throw coordError("USAGE", `"${file}" is not a decision log: ${parsed.reason}`, {
      hint: 'it wants JSON with a list "decisions", such as decision-log.json',
    });
  }
  const log = await app.store.decisions();
  const taken = await log.take(parsed.value, options);
  if (options.dryRun !== true) await log.refresh();
  return taken;
}

function textOf({ sys, cwd }: App, file: string): string {
  const fd = sys.open(joinPath(cwd, file), "read-through");
  if (failed(fd)) throw unreadable(file, fd);
  try {
    const stat = sys.fstat(fd);
    if (failed(stat)) throw unreadable(file, stat);
    if (stat.kind !== "file")
      throw unreadable(file, stat.kind === "directory" ? "it is a folder" : "it is no regular file");
    if (stat.size > MAX_FILE_BYTES) throw unreadable(file, "it is larger than 256 MB");
    const bytes = readAll(sys, fd, MAX_FILE_BYTES);
    if (typeof bytes === "string") throw unreadable(file, bytes);
    return new TextDecoder().decode(bytes);
  } finally {
    sys.close(fd);
  }
}

function unreadable(file: string, why: string): Error {
  const hint = why === "ENOENT" ? "check the name with: ls" : "name a decision log that you may read";
  return coordError("USAGE", `Cannot read "${file}": ${why}`, { hint });
}
