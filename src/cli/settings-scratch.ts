/**
 * What an edit of the user's settings leaves beside them when its process is killed: RELIABILITY section 4 (7) is about
 * this scratch too, though it lies in folders that are not coord's.
 */
import { lstatSync, readdirSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SCRATCH_AGE_MS } from "../store/file/sweep-scratch.ts";
import type { Ground } from "./install-plan.ts";
import { settingsPlace } from "./scopes.ts";
import { scratchName, targetOf } from "./settings-file.ts";
import { SCOPES } from "./wiring.ts";

/** Removes that of every settings file here which is older than an hour. Nobody is kept from cleaning up by it. */
export function sweepSettingsScratch({ top, claudeFolder, stateDir }: Ground, wallMs: number): void {
  const files = SCOPES.map((scope) => settingsPlace(scope, top, claudeFolder).path);
  for (const path of [...files, join(stateDir, "config.json")]) {
    try {
      sweepBeside(targetOf(path), wallMs);
    } catch {
      // No such folder, or none of ours: then there is nothing that we could have left.
    }
  }
}

function sweepBeside(target: string, wallMs: number): void {
  const folder = dirname(target);
  const start = scratchName(basename(target), "");
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(start) || !/^[0-9a-f-]{36}$/.test(name.slice(start.length))) continue;
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile() === true && wallMs - stat.mtimeMs > SCRATCH_AGE_MS) unlinkSync(join(folder, name));
  }
}
