import { shellWord } from "../domain/quote.ts";
import type { Sys } from "../platform/sys/types.ts";
import type { Env } from "./workspace.ts";

export interface CommandPorts {
  readonly sys: Sys;
  readonly env: Env;
}

/** `coord` where a shell finds this very binary under that name, else its absolute path: commands must run as printed. */
export function commandPath({ sys, env }: CommandPorts): string {
  const own = process.execPath;
  for (const dir of (env["PATH"] ?? "").split(":")) {
    if (!dir.startsWith("/")) continue;
    const real = sys.realpath(`${dir}/coord`);
    if (typeof real !== "string") return real.path === own ? "coord" : own;
  }
  return own;
}

/** The same as a word for a shell. A path that cannot be typed is left to PATH. */
export function commandWord(ports: CommandPorts): string {
  return shellWord(commandPath(ports)) ?? "coord";
}
