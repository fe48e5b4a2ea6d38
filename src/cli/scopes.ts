import { join, resolve } from "node:path";
import { coordError } from "../domain/errors.ts";
import { homeFolder } from "../platform/home.ts";
import type { Scope } from "./wiring.ts";

/** The settings file of a scope, and the permissions that it gets when it is new. */
export interface SettingsPlace {
  readonly path: string;
  readonly modeIfNew: number;
}

/** Where Claude Code looks for settings: CLAUDE_CODE.md section 4.1. `top` is that of the checkout, also in a linked worktree. */
export function settingsPlace(scope: Scope, top: string, configFolder: string): SettingsPlace {
  switch (scope) {
    case "user":
      return { path: join(configFolder, "settings.json"), modeIfNew: 0o600 };
    case "project":
      // Committed and shared: like any other source file.
      return { path: join(top, ".claude", "settings.json"), modeIfNew: 0o644 };
    case "local":
      return { path: join(top, ".claude", "settings.local.json"), modeIfNew: 0o600 };
    default:
      return scope satisfies never;
  }
}

/** Claude Code's own folder of this user. Throws CONFIG where nobody knows the user's home. */
export function claudeConfigFolder(env: Readonly<Record<string, string | undefined>>): string {
  const set = env["CLAUDE_CONFIG_DIR"] ?? "";
  if (set !== "") return resolve(set);
  const home = homeFolder(env);
  if (home !== undefined) return join(home, ".claude");
  throw coordError("CONFIG", `Nobody knows where your home folder is: HOME is "${env["HOME"] ?? ""}"`, {
    hint: "export HOME=/absolute/path/of/your/home",
    data: { variable: "HOME" },
  });
}
