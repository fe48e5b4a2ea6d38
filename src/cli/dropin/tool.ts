import { joinPath } from "../../platform/git-layout.ts";

/** The names under which the bash edition's users call the binary. */
export const TOOLS = ["coord-status", "coord-lock", "coord-decisions"] as const;

export type ToolName = (typeof TOOLS)[number];

/** The tool whose name the binary was called by: `argv0` is a path, or the bare name where PATH led here. */
export function toolCalled(argv0: string): ToolName | undefined {
  const name = argv0.slice(argv0.lastIndexOf("/") + 1);
  return TOOLS.find((tool) => tool === name);
}

/** The project whose `bin/` the tool was called from, for callers that stand outside of any project. */
export function projectOf(argv0: string, cwd: string): string | undefined {
  const at = `/${argv0}`.lastIndexOf("/.claude/coordination/bin/");
  if (at < 0) return undefined;
  return joinPath(cwd, argv0.slice(0, Math.max(0, at - 1)) || (argv0.startsWith("/") ? "/" : "."));
}
