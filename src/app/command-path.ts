import type { Sys } from "../platform/sys/types.ts";
import type { Env } from "./workspace.ts";

/** `coord` where a shell finds this very binary under that name, else its absolute path: commands must run as printed. */
export function commandPath({ sys, env }: { readonly sys: Sys; readonly env: Env }): string {
  const own = process.execPath;
  for (const dir of (env["PATH"] ?? "").split(":")) {
    if (!dir.startsWith("/")) continue;
    const real = sys.realpath(`${dir}/coord`);
    if (typeof real !== "string") return real.path === own ? "coord" : own;
  }
  return own;
}
