import { isHookVerb } from "./domain/hook-verb.ts";
import { runHook } from "./hooks/run.ts";
import { loadNative } from "./platform/sys/load.ts";

/** argv -> command -> exit code. The hooks are the hot path and part of the first chunk; all else is loaded when called. */
async function main(argv: readonly string[]): Promise<void> {
  const [noun, verb, ...rest] = argv;
  // A hook answers JSON in any case.
  if (noun === "hook" && isHookVerb(verb) && (rest.length === 0 || (rest.length === 1 && rest[0] === "--json"))) {
    await runHook(await loadNative(), verb);
    return;
  }
  // The binary starts reluctant to compile, for the sake of the hooks (scripts/build.ts); commands may have more to do.
  Bun.unsafe.setJITPolicy(1);
  const { runEntry } = await import("./cli/entry.ts");
  process.exitCode = await runEntry(process.argv0, argv);
}

void main(process.argv.slice(2));
