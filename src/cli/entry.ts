import { projectOf, toolCalled } from "./dropin/tool.ts";

/**
 * One command line: of coord itself, of a tool of the bash edition (the binary called by its name), or of a function of
 * `coordination.sh`. Resolves to the exit code; never throws.
 */
export async function runEntry(argv0: string, argv: readonly string[]): Promise<number> {
  const tool = toolCalled(argv0);
  if (tool !== undefined) {
    const project = projectOf(argv0, process.cwd());
    if (project !== undefined && !process.env["CLAUDE_PROJECT_DIR"]) process.env["CLAUDE_PROJECT_DIR"] = project;
    return (await import("./dropin/run-dropin.ts")).runTool(tool, argv);
  }
  const [first, second] = argv;
  if (first === "shell" && second !== undefined && !second.startsWith("-")) {
    const { callFunction, isFunctionName } = await import("./dropin/functions.ts");
    const { speaking } = await import("./dropin/run-dropin.ts");
    if (isFunctionName(second)) return speaking((say) => callFunction(argv.slice(1), say));
  }
  return (await import("./root.ts")).runCli(argv);
}
