import type { App } from "../app/context.ts";

/** `coord` where a shell finds this very binary under that name, else its absolute path: commands must run as printed. */
export function commandPath(app: App): string {
  const own = process.execPath;
  for (const dir of (app.env["PATH"] ?? "").split(":")) {
    if (!dir.startsWith("/")) continue;
    const real = app.sys.realpath(`${dir}/coord`);
    if (typeof real !== "string") return real.path === own ? "coord" : own;
  }
  return own;
}
