type Env = Readonly<Record<string, string | undefined>>;

/**
 * The user's home folder: HOME, or where that is empty or absent what the system's list of users says. Undefined where
 * nobody says it: a relative HOME would be another folder wherever one stands.
 */
export function homeFolder(env: Env): string | undefined {
  const home = env["HOME"] ?? "";
  const known = home === "" ? listedHome() : home;
  return known?.startsWith("/") === true ? known : undefined;
}

/** Loaded only when HOME does not say it: node:os would cost each hook more than what it does. */
function listedHome(): string | undefined {
  try {
    return process.getBuiltinModule("node:os").homedir();
  } catch {
    return undefined;
  }
}

/** The folder for settings: XDG_CONFIG_HOME unless it is relative, which the XDG Base Directory specification has ignored. */
export function settingsFolder(env: Env): string | undefined {
  const named = env["XDG_CONFIG_HOME"] ?? "";
  if (named.startsWith("/")) return named;
  const home = homeFolder(env);
  return home === undefined ? undefined : `${home}/.config`;
}
