import type { App } from "../../app/context.ts";
import { forceReleaseLock } from "../../app/force-release.ts";
import { releaseAll, releaseAnswer, releaseLock, type ReleaseAnswer } from "../../app/release-lock.ts";
import { typeable } from "../../app/typeable.ts";
import { coordError, isCoordError, type CoordError } from "../../domain/errors.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { renderReleased } from "../lock-view.ts";

export const release = command({
  onlyGivesBack: true,
  args: {
    path: { type: "positional", required: false, description: "a file that was locked" },
    all: { type: "boolean", description: "every lock of the acting instance in this project" },
    force: { type: "boolean", description: "whoever holds it; needs --lock-id, so that it hits no newer lock" },
    "lock-id": {
      type: "string",
      valueHint: "ID",
      description: "the lock to release by force, as coord lock list shows it",
    },
    ...AS,
  },
  repeats: true,
  notes: [
    "What is not locked at all counts as released. Of several paths each is released that can be.",
    "By force: another lock than the one with this ID stays, exit code 10. Its holder is told by whom.",
  ],
  examples: [
    ["coord lock release src/a.ts src/b.ts", "two of mine"],
    ["coord lock release --all", "all of mine"],
    ["coord lock release src/a.ts --force --lock-id 3f72c07a8e5a-2b5f-3", "that lock, whoever holds it"],
  ],
  run: async (args, { openForPaths }) => {
    const all = args.all === true;
    if (all === args._.length > 0) {
      throw coordError("USAGE", `coord lock release needs PATH or --all${all ? ", not both" : ""}`, {
        hint: "coord lock release --help",
      });
    }
    const forcedId = forcedLock(args._, args.force === true, args["lock-id"]);
    const { here, of } = await openForPaths();
    if (forcedId !== undefined) {
      const [path = ""] = args._;
      const app = await of(path);
      return answerOf(here, [await forceReleaseLock(app, actingAs(app, args.as), path, forcedId)]);
    }
    if (all) {
      const paths = await releaseAll(here, actingAs(here, args.as));
      const sorted = paths.toSorted((a, b) => (a.file_path < b.file_path ? -1 : 1));
      return answerOf(
        here,
        sorted.map((path) => releaseAnswer(path, "released")),
      );
    }
    const done: ReleaseAnswer[] = [];
    const failures: CoordError[] = [];
    const failed: string[] = [];
    for (const path of args._) {
      try {
        const app = await of(path);
        done.push(await releaseLock(app, actingAs(app, args.as), path));
      } catch (error) {
        if (!isCoordError(error)) throw error;
        failures.push(error);
        failed.push(path);
      }
    }
    const [first] = failures;
    if (first === undefined) return answerOf(here, done);
    const { code, message, hint } = first;
    throw coordError(
      code,
      withRest(
        message,
        done.map((path) => typeable(here, path)),
        failed.slice(1),
      ),
      {
        ...(hint === undefined ? {} : { hint }),
        data: { ...first.data, paths: done },
        cause: first,
      },
    );
  },
});

/** The ID of the lock to release by force; undefined: not by force. */
function forcedLock(paths: readonly string[], force: boolean, lockId: string | undefined): string | undefined {
  if (!force && lockId === undefined) return undefined;
  const wrong =
    lockId === undefined
      ? "--force needs --lock-id ID"
      : !force
        ? "--lock-id needs --force"
        : paths.length !== 1
          ? "--force needs exactly one PATH"
          : undefined;
  if (wrong === undefined) return lockId;
  throw coordError("USAGE", `coord lock release ${wrong}`, { hint: "For the ID of a lock: coord lock list" });
}

function answerOf(here: App, paths: readonly ReleaseAnswer[]) {
  return { json: { paths }, text: () => renderReleased(paths.map((path) => typeable(here, path))) };
}

/** The message of the first failure, and how each of the other paths fared. */
function withRest(message: string, done: readonly ReleaseAnswer[], alsoFailed: readonly string[]): string {
  const pathsIn = (which: ReleaseAnswer["state"]) =>
    done.flatMap((one) => (one.state === which ? [one.file_path] : []));
  const part = (what: string, paths: readonly string[]) =>
    paths.length === 0 ? "" : `; ${what}: ${paths.map((path) => `"${path}"`).join(", ")}`;
  const others = part("not released either", alsoFailed);
  return `${message}${others}${part("released", pathsIn("released"))}${part("not locked", pathsIn("free"))}`;
}
