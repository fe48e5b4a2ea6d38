import type { HookVerb } from "../domain/hook-verb.ts";
import type { Command } from "./command.ts";

/** A command that can be run: `load` imports its file only when it is called. */
export interface Verb {
  readonly kind: "verb";
  readonly summary: string;
  /** What follows the name, for people: the files under commands/ declare the same for the machine. */
  readonly synopsis: string;
  readonly load: () => Promise<Command>;
}

/** A word that groups commands, such as `lock`. */
export interface Noun {
  readonly kind: "noun";
  readonly summary: string;
  readonly verbs: ReadonlyMap<string, Verb>;
}

function verb(summary: string, synopsis: string, load: () => Promise<Command>): Verb {
  return { kind: "verb", summary, synopsis, load };
}

function noun(summary: string, verbs: Readonly<Record<string, Verb>>): Noun {
  return { kind: "noun", summary, verbs: new Map(Object.entries(verbs)) };
}

/**
 * Every command with one line about it. All names and texts stand here, so that `coord --help` and an unknown command
 * load nothing else.
 */
export const TREE: ReadonlyMap<string, Verb | Noun> = new Map<string, Verb | Noun>(
  Object.entries({
    init: verb("create the state folder of this project", "", async () => (await import("./commands/init.ts")).init),
    install: verb(
      "wire the hooks into Claude Code's settings, and init here",
      "[--scope user|project|local] [--hold tool|turn|session] [--dry-run]",
      async () => (await import("./commands/install.ts")).install,
    ),
    uninstall: verb(
      "take out what install put in, and nothing else",
      "[--scope user|project|local] [--dry-run]",
      async () => (await import("./commands/uninstall.ts")).uninstall,
    ),
    doctor: verb(
      "prove that the hooks fire and really block; find what is wrong",
      "[--fix] [--break-guard NAME]",
      async () => (await import("./commands/doctor.ts")).doctor,
    ),
    config: verb(
      "every setting in force, and where it comes from",
      "[KEY]",
      async () => (await import("./commands/config.ts")).config,
    ),
    status: verb(
      "who works on what",
      "[--verbose] [--watch]",
      async () => (await import("./commands/status.ts")).status,
    ),
    run: verb(
      "run a command under locks",
      "--lock PATH... [--wait 30s] [--ttl 10m] [--intent I] [--as ID] -- COMMAND...",
      async () => (await import("./commands/run.ts")).run,
    ),
    help: verb(
      "show this text, or that of one command",
      "[COMMAND...]",
      async () => (await import("./commands/help.ts")).help,
    ),
    complete: verb(
      "print what makes a shell complete command lines of coord",
      "bash|zsh|fish",
      async () => (await import("./commands/complete.ts")).complete,
    ),
    upgrade: verb(
      "say whether there is a newer version, and how to get it",
      "--check",
      async () => (await import("./commands/upgrade.ts")).upgrade,
    ),
    instance: noun("agent sessions, their subagents and shells", {
      register: verb(
        "register an instance, or renew what is known of it",
        "--task T --role R [--as ID] [--pid P]",
        async () => (await import("./commands/instance-register.ts")).register,
      ),
      unregister: verb(
        "release all of its locks and forget it",
        "[--as ID]",
        async () => (await import("./commands/instance-unregister.ts")).unregister,
      ),
      heartbeat: verb(
        "renew its lease, and with it its locks",
        "[--as ID]",
        async () => (await import("./commands/instance-heartbeat.ts")).heartbeat,
      ),
      list: verb("all instances", "", async () => (await import("./commands/instance-list.ts")).list),
      show: verb(
        "one instance and its locks",
        "[ID] [--as ID]",
        async () => (await import("./commands/instance-show.ts")).show,
      ),
    }),
    lock: noun("the right to write a path", {
      acquire: verb(
        "lock files, all or none",
        "PATH... [--intent I] [--ttl 10m] [--wait 30s] [--as ID]",
        async () => (await import("./commands/lock-acquire.ts")).acquire,
      ),
      release: verb(
        "give locks back",
        "PATH... | --all | PATH --force --lock-id ID [--as ID]",
        async () => (await import("./commands/lock-release.ts")).release,
      ),
      renew: verb(
        "keep a lock longer, and the lease with it",
        "PATH [--ttl 10m] [--as ID]",
        async () => (await import("./commands/lock-renew.ts")).renew,
      ),
      verify: verb(
        "tell whether a lock still is mine, for scripts that are about to publish",
        "PATH [--fence N] [--as ID]",
        async () => (await import("./commands/lock-verify.ts")).verify,
      ),
      check: verb(
        "tell whether a file may be written, without locking it",
        "PATH [--as ID]",
        async () => (await import("./commands/lock-check.ts")).check,
      ),
      wait: verb(
        "wait until nobody else holds a file; takes nothing",
        "PATH --timeout 60s [--as ID]",
        async () => (await import("./commands/lock-wait.ts")).wait,
      ),
      list: verb("all locks", "", async () => (await import("./commands/lock-list.ts")).list),
      cleanup: verb(
        "remove stale instances and ended locks",
        "",
        async () => (await import("./commands/lock-cleanup.ts")).cleanup,
      ),
    }),
    decisions: noun("what was decided, for all who work here", {
      add: verb(
        "log a decision",
        "--category C --title T --description D [--scope S] [--new-category] [--supersedes ID] [--problem P] [--rationale R] [--files A,B] [--as ID]",
        async () => (await import("./commands/decisions-add.ts")).add,
      ),
      list: verb(
        "the newest decisions",
        "[--category C] [--since 2d] [--until T] [--scope S] [--author ID] [--grep WORDS] [--in-force] [--limit N]",
        async () => (await import("./commands/decisions-list.ts")).list,
      ),
      query: verb("one decision in full", "ID", async () => (await import("./commands/decisions-query.ts")).query),
      import: verb(
        "take over a log of the bash edition",
        "FILE [--dry-run]",
        async () => (await import("./commands/decisions-import.ts")).importLog,
      ),
    }),
    shell: verb(
      "the functions of the bash edition, for eval or source",
      "",
      async () => (await import("./commands/shell.ts")).shell,
    ),
    hook: noun("what Claude Code calls; coord install wires it", {
      init: hook("SessionStart, SubagentStart: registers, and tells who else works here", "init"),
      check: hook("PreToolUse of a write: takes the lock, or denies the write", "check"),
      release: hook("after a write: records it, and gives the lock back", "release"),
      heartbeat: hook("other events: renews the lease, notes what was read", "heartbeat"),
      cleanup: hook("SessionEnd: releases everything and unregisters", "cleanup"),
    } satisfies Record<HookVerb, Verb>),
  }),
);

function hook(summary: string, name: HookVerb): Verb {
  return verb(summary, "< EVENT.json", async () => (await import("./commands/hook.ts")).hook(name));
}

/** Where the words of a command line lead. `path` is how far they went. */
export type Target =
  | { readonly kind: "root"; readonly words: readonly string[] }
  | { readonly kind: "noun"; readonly path: string; readonly noun: Noun; readonly words: readonly string[] }
  | { readonly kind: "verb"; readonly path: string; readonly verb: Verb; readonly words: readonly string[] };

/** Follows the words into the tree; `words` of the answer are those that did not name a command. */
export function findTarget(argv: readonly string[]): Target {
  const [first, second] = argv;
  const top = first === undefined ? undefined : TREE.get(first);
  if (first === undefined || top === undefined) return { kind: "root", words: argv };
  if (top.kind === "verb") return { kind: "verb", path: first, verb: top, words: argv.slice(1) };
  const inner = second === undefined ? undefined : top.verbs.get(second);
  if (second === undefined || inner === undefined) {
    return { kind: "noun", path: first, noun: top, words: argv.slice(1) };
  }
  return { kind: "verb", path: `${first} ${second}`, verb: inner, words: argv.slice(2) };
}
