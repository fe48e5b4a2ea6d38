/**
 * The environment for another program: without the variables by which Bun would preload something into it, or turn it
 * into something else, should it be one that Bun has compiled. SECURITY.md.
 */
export function childEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...rest } = env;
  return rest;
}
