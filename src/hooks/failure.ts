import { isCoordError } from "../domain/errors.ts";
import { failed } from "../platform/sys/types.ts";
import { loadConfig } from "../app/config.ts";
import { locateWorkspace } from "../app/workspace.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import type { HookContext } from "./session.ts";

/**
 * What to say when coord itself failed: the user gets one line, once per session and cause; with `strict` a write is
 * denied instead, because then an unchecked write is worse than none.
 */
export async function failureAnswer(context: HookContext, error: unknown): Promise<HookAnswer> {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isCoordError(error) && error.hint !== undefined ? ` (${error.hint})` : "";
  const text = `coord: ${message}${hint}`.replaceAll(/\s+/g, " ");
  if (context.input.hook_event_name === "PreToolUse" && !isConfig(error) && (await isStrict(context))) {
    return { say: "deny", reason: `Not written: ${text}. The setting "strict" refuses writes that cannot be checked.` };
  }
  const cause = isCoordError(error) ? error.code : "INTERNAL";
  return firstTime(context, cause)
    ? { say: "user", text: `${text}. The session goes on without this check.` }
    : NOTHING;
}

function isConfig(error: unknown): boolean {
  return isCoordError(error) && error.code === "CONFIG";
}

/** As far as it can still be known: the configuration is read without the state that has just failed. */
async function isStrict({ native, env, cwd, config }: HookContext): Promise<boolean> {
  if (config !== undefined) return config.strict;
  try {
    return (await loadConfig(native.sys, env, locateWorkspace(native.sys, env, cwd))).strict;
  } catch {
    return env["COORD_STRICT"] === "true";
  }
}

/** Leaves a mark beside the state, or in the system's scratch folder if that is what fails; true when it was new. */
function firstTime(context: HookContext, cause: string): boolean {
  const { native, env, input } = context;
  const { sys } = native;
  const id = new Bun.CryptoHasher("sha256").update(`${input.session_id}\0${cause}`).digest("hex").slice(0, 24);
  const { stateDir } = locateWorkspace(sys, env, context.cwd);
  for (const mark of [`${stateDir}/tmp/told-${id}`, `${env["TMPDIR"] || "/tmp"}/coord-told-${sys.uid()}-${id}`]) {
    const fd = sys.open(mark, "create");
    if (fd === "EEXIST") return false;
    if (failed(fd)) continue;
    sys.close(fd);
    return true;
  }
  return true;
}
