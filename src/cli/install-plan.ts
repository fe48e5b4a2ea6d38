import { join } from "node:path";
import { coordError } from "../domain/errors.ts";
import { ownHandlers } from "./doctor/settings.ts";
import { childOf, parseObject } from "./json-tree.ts";
import { isCoordBinary } from "./own-handler.ts";
import { settingsPlace } from "./scopes.ts";
import { loadProjectFile } from "./project-file.ts";
import { loadUserFile, type UserFile } from "./settings-file.ts";
import { withoutWiring, withWiring } from "./settings-plan.ts";
import { edit, isChange, withProperty, type UserEdit } from "./user-edit.ts";
import { wiredTwice } from "./wired-twice.ts";
import { wiring, type Scope, type Wired } from "./wiring.ts";

/** Where things are, for install and uninstall. Folders are absolute. */
export interface Ground {
  /** Top of the checkout in which the command runs. */
  readonly top: string;
  readonly stateDir: string;
  readonly claudeFolder: string;
  readonly home: string;
}

export interface InstallRequest {
  readonly scope: Scope;
  readonly hold: string | undefined;
  readonly binary: string;
  readonly writeTools: readonly string[];
  readonly strict: boolean;
}

export interface InstallPlan {
  readonly settings: UserEdit;
  /** coord's own config, when `--hold` asks for it. */
  readonly config: UserEdit | undefined;
  readonly wired: readonly Wired[];
  /** The home folder is no project: there is nothing to initialise. */
  readonly initialises: boolean;
  readonly warnings: readonly string[];
}

/** What install would do; reads, writes nothing. Throws CONFIG, USAGE. */
export function planInstall(ground: Ground, request: InstallRequest): InstallPlan {
  const { scope, binary, hold } = request;
  const atHome = ground.top === ground.home;
  if (atHome && (scope !== "user" || hold !== undefined)) throw notAProject(ground.home);
  if (scope !== "project" && !isCoordBinary(binary)) {
    throw coordError("CONFIG", `Cannot wire "${binary}": hooks call a binary whose name is coord`, {
      hint: "Build it with npm run build, then run dist/coord install",
    });
  }
  const place = settingsPlace(scope, ground.top, ground.claudeFolder);
  const wired = wiring(request);
  const file = loadSettings(ground, scope, place.path);
  const settings = edit(file, place.modeIfNew, (text) => withWiring(text, wired, place.path));
  const warnings = [
    ...(hooksAreOff(file) ? [`"disableAllHooks" is true in ${place.path}: no hook runs until it is false`] : []),
    ...twiceWarnings(ground, scope, place.path, wired),
  ];
  return { settings, config: holdEdit(ground, hold), wired, initialises: !atHome, warnings };
}

/**
 * What uninstall would do in each scope; reads, writes nothing. Throws CONFIG. A file in which nothing is left stays, as
 * `{}`: nothing tells whether install made it or found it so, and a file of the user's is not removed on a guess.
 */
export function planUninstall(ground: Ground, scopes: readonly Scope[]): readonly UserEdit[] {
  return filesOf(ground, scopes).map(({ file, modeIfNew }) =>
    edit(file, modeIfNew, (text) => withoutWiring(text, file.path)),
  );
}

function holdEdit({ top, stateDir }: Ground, hold: string | undefined): UserEdit | undefined {
  if (hold === undefined) return undefined;
  const path = join(stateDir, "config.json");
  const change = edit(loadProjectFile(path, [top, stateDir]), 0o600, (text) => withProperty(text, "hold", hold, path));
  return isChange(change) ? change : undefined;
}

/** In the home folder, project scope and user scope are one file: it is taken once. */
function filesOf(
  ground: Ground,
  scopes: readonly Scope[],
): readonly { readonly file: UserFile; readonly modeIfNew: number }[] {
  const seen = new Set<string>();
  return scopes.flatMap((scope) => {
    const { path, modeIfNew } = settingsPlace(scope, ground.top, ground.claudeFolder);
    const file = loadSettings(ground, scope, path);
    if (file.text === undefined || seen.has(file.target)) return [];
    seen.add(file.target);
    return [{ file, modeIfNew }];
  });
}

function loadSettings({ top }: Ground, scope: Scope, path: string): UserFile {
  return scope === "user" ? loadUserFile(path) : loadProjectFile(path, [top]);
}

function hooksAreOff(file: UserFile): boolean {
  const text = jsonOf(file);
  if (text === undefined) return false;
  const value: unknown = childOf(parseObject(text, file.path), "disableAllHooks")?.value;
  return value === true;
}

/** With what the other settings files call; a broken one there is not this command's business. */
function twiceWarnings(ground: Ground, scope: Scope, path: string, wired: readonly Wired[]): readonly string[] {
  const mine = wired.map(({ hook, group: { hooks } }) => ({ scope, hook, ...hooks[0] }));
  const others = ownHandlers(ground).filter((other) => other.scope !== scope && other.file !== path);
  const twice = wiredTwice([...mine, ...others]);
  return twice === undefined ? [] : [`${twice.text}; to undo: ${twice.next}`];
}

/** The text without its byte order mark; undefined for a file that is not there or empty. */
function jsonOf({ text }: UserFile): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.replace(/^\uFEFF/, "");
}

function notAProject(home: string): Error {
  return coordError("USAGE", `"${home}" is the home folder, not a project`, {
    hint: "Change to the project's folder and repeat the command, or: coord install",
  });
}
