import { escapeForTerminal } from "../domain/visible.ts";
import { keptLines } from "./dropin/kept-lines.ts";
import type { Kept } from "./dropin/lay-dropin.ts";
import { counted } from "./show-text.ts";
import { editLines, isChange, type UserEdit } from "./user-edit.ts";

/** What install or uninstall did, or would do. */
export interface InstallReport {
  readonly dryRun: boolean;
  readonly edits: readonly UserEdit[];
  /** Absent where no state folder is wanted. */
  readonly state?: { readonly dir: string; readonly created: boolean; readonly kept?: readonly Kept[] };
}

export function renderInstall(report: InstallReport, hooks: number): string {
  const { state, dryRun } = report;
  const [settings] = report.edits;
  const path = escapeForTerminal(settings?.file.path ?? "");
  const stateLine =
    state === undefined
      ? []
      : [`State folder${state.created ? (dryRun ? " (to be made)" : " made") : ""}: ${escapeForTerminal(state.dir)}`];
  if (dryRun) return [...report.edits.flatMap(renderEdit), ...stateLine, "Nothing was written: --dry-run"].join("\n");
  const changed = settings !== undefined && isChange(settings);
  return [
    changed ? `Wired ${counted(hooks, "hook")} into ${path}` : `Already wired: ${path}`,
    ...report.edits.slice(1).map((edit) => `Changed ${escapeForTerminal(edit.file.path)}`),
    ...stateLine,
    ...keptLines(state?.kept ?? []),
    ...(state === undefined ? ["In each project: coord init"] : []),
    "To see who works here: coord status",
  ].join("\n");
}

export function renderUninstall(report: InstallReport): string {
  const changed = report.edits.filter(isChange);
  if (changed.length === 0) return "Nothing of coord in Claude Code's settings";
  if (report.dryRun) return [...changed.flatMap(renderEdit), "Nothing was written: --dry-run"].join("\n");
  return changed.map((edit) => `Taken out of ${escapeForTerminal(edit.file.path)}`).join("\n");
}

/** One file's part of the `--json` document. */
export function editJson(edit: UserEdit, dryRun: boolean): Readonly<Record<string, unknown>> {
  const base = { path: edit.file.path, changed: isChange(edit) };
  return dryRun ? { ...base, changes: editLines(edit) } : base;
}

function renderEdit(edit: UserEdit): readonly string[] {
  const path = escapeForTerminal(edit.file.path);
  if (!isChange(edit)) return [`${path}: no change`];
  const lines = editLines(edit).map((line) => escapeForTerminal(line.replaceAll("\t", "  ")));
  return [edit.file.text === undefined ? `${path} (new file)` : path, ...lines];
}
