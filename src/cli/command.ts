import { defineCommand, runCommand, type ArgsDef, type ParsedArgs } from "citty";
import type { Answer } from "./answer.ts";
import type { Workspaces } from "./open.ts";

/** Flags of every command. */
const EVERYWHERE = {
  json: { type: "boolean", description: "print one JSON document" },
  help: { type: "boolean", alias: "h", description: "show this text" },
} as const;

type Everywhere = typeof EVERYWHERE;

/** A command line, and what it does in a few words. */
export type Example = readonly [line: string, does: string];

/** One command as the root sees it: what it declares, and how to run it on checked arguments. */
export interface Command {
  readonly args: ArgsDef;
  /** True when the last positional may be given several times; they are all in `args._`. */
  readonly repeats: boolean;
  /** Lines below the flags in `--help`: what is worth knowing before typing. */
  readonly notes: readonly string[];
  /** Command lines that work as they stand, with what each does: `["coord lock list", "every lock in force"]`. */
  readonly examples: readonly Example[];
  /** It changes nothing that others rely on, so it goes on where the configuration cannot be used: open.ts. */
  readonly onlyReads: boolean;
  /** `checkedArgs` come from `checkArgs`, because citty accepts what it does not know without a word. */
  readonly run: (checkedArgs: readonly string[], workspaces: Workspaces) => Promise<Answer>;
}

export interface CommandSpec<T extends ArgsDef> {
  readonly args: T;
  readonly repeats?: boolean;
  readonly notes?: readonly string[];
  readonly examples?: readonly Example[];
  readonly onlyReads?: true;
  /** What it opens, it opens through `workspaces`: so everything that turns out there is told. */
  readonly run: (args: ParsedArgs<T & Everywhere>, workspaces: Workspaces) => Promise<Answer>;
}

/** Makes a command of citty's kind whose `run` returns its answer instead of printing it. */
export function command<const T extends ArgsDef>(spec: CommandSpec<T>): Command {
  const args = { ...spec.args, ...EVERYWHERE };
  return {
    args,
    repeats: spec.repeats ?? false,
    notes: spec.notes ?? [],
    examples: spec.examples ?? [],
    onlyReads: spec.onlyReads ?? false,
    run: async (checkedArgs, workspaces) => {
      const answers: Answer[] = [];
      const citty = defineCommand<T & Everywhere>({
        args,
        run: async (context) => {
          answers.push(await spec.run(context.args, workspaces));
        },
      });
      await runCommand(citty, { rawArgs: [...checkedArgs] });
      const [answer] = answers;
      if (answer === undefined) throw new Error("The command gave no answer");
      return answer;
    },
  };
}
