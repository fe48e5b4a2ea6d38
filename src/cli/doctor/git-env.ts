/** What says how git itself is set up, and not which repository is meant. `GIT_CONFIG` alone names another file. */
const ABOUT_GIT = /^GIT_(CONFIG_|EXEC_PATH$)/;

/**
 * An environment in which git looks at the folder that it is called in. In a hook of git's, an alias or a shell that works
 * on another repository, GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_COMMON_DIR and their like name that one, and
 * others change what paths mean.
 */
export function gitEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_") || ABOUT_GIT.test(name)));
}
