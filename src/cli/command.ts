import { defineCommand, runCommand, type ArgsDef, type ParsedArgs } from "citty";
import type { ErrorCode } from "../domain/errors.ts";
import type { Answer } from "./answer.ts";
import type { Syntax, Words } from "./check-args.ts";
import type { Workspaces } from "./open.ts";

/** Flags of every command. */
const EVERYWHERE = {
  json: { type: "boolean", description: "print one JSON document" },
  help: { type: "boolean", alias: "h", description: "show this text" },
} as const;

type Everywhere = typeof EVERYWHERE;

/** A command line, and what it does in a few words. */
export type Example = readonly [line: string, does: string];

/** What the root knows and a command that is about commands needs. */
export interface Root {
  /** The help of the command that these words name. Throws USAGE. */
  readonly helpOf: (words: readonly string[]) => Promise<string>;
}

/** What a command gets besides its arguments. What it opens, it opens by this: so everything that turns out there is told. */
export interface Given extends Words, Root, Pick<Workspaces, "openHere" | "openForPaths"> {}

/** One command as the root sees it: what it declares, and how to run it on checked arguments. */
export interface Command {
  readonly syntax: Syntax;
  /** Lines below the flags in `--help`: what is worth knowing before typing. */
  readonly notes: readonly string[];
  /** Command lines that work as they stand, with what each does: `["coord lock list", "every lock in force"]`. */
  readonly examples: readonly Example[];
  /** The exit code of a failure, where it is not the one of its table: for a command that hands on another program's. */
  readonly exitCodeOf: ((code: ErrorCode) => number) | undefined;
  /** It changes nothing that others rely on, so it goes on where the configuration cannot be used: open.ts. */
  readonly onlyReads: boolean;
  /** It only ends what its caller holds: others would wait in vain if a configuration that cannot be used kept it. */
  readonly onlyGivesBack: boolean;
  /** `checkedArgs` come from `checkArgs`, because citty accepts what it does not know without a word. */
  readonly run: (checkedArgs: readonly string[], given: Given) => Promise<Answer>;
}

export interface CommandSpec<T extends ArgsDef> {
  readonly args: T;
  /** True when the last positional may be given several times; they are all in `args._`. */
  readonly repeats?: boolean;
  /** String flags that take several values: `Syntax`. */
  readonly lists?: readonly (keyof T & string)[];
  readonly rest?: string;
  readonly exitCodeOf?: (code: ErrorCode) => number;
  readonly notes?: readonly string[];
  readonly examples?: readonly Example[];
  readonly onlyReads?: true;
  readonly onlyGivesBack?: true;
  readonly run: (args: ParsedArgs<T & Everywhere>, given: Given) => Promise<Answer>;
}

/** Makes a command of citty's kind whose `run` returns its answer instead of printing it. */
export function command<const T extends ArgsDef>(spec: CommandSpec<T>): Command {
  const args = { ...spec.args, ...EVERYWHERE };
  return {
    syntax: { args, repeats: spec.repeats ?? false, lists: spec.lists ?? [], rest: spec.rest },
    exitCodeOf: spec.exitCodeOf,
    notes: spec.notes ?? [],
    examples: spec.examples ?? [],
    onlyReads: spec.onlyReads ?? false,
    onlyGivesBack: spec.onlyGivesBack ?? false,
    run: async (checkedArgs, given) => {
      const answers: Answer[] = [];
      const citty = defineCommand<T & Everywhere>({
        args,
        run: async (context) => {
          answers.push(await spec.run(context.args, given));
        },
      });
      await runCommand(citty, { rawArgs: [...checkedArgs] });
      const [answer] = answers;
      if (answer === undefined) throw new Error("The command gave no answer");
      return answer;
    },
  };
}
