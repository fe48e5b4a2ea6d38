type Env = Readonly<Record<string, string | undefined>>;

/** The user's name for display; the environment is trusted (SECURITY.md). */
export function userName(env: Env): string {
  return env["USER"] || env["LOGNAME"] || `uid${process.getuid?.() ?? 0}`;
}
