import { releaseAll, releaseLock, type ReleaseAnswer } from "../../app/release-lock.ts";
import { coordError, isCoordError, type CoordError } from "../../domain/errors.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { renderReleased } from "../lock-view.ts";
import { withTypedHint } from "../typed-hint.ts";

export const release = command({
  args: {
    path: { type: "positional", required: false, description: "a file that was locked" },
    all: { type: "boolean", description: "every lock of the acting instance in this project" },
    ...AS,
  },
  repeats: true,
  notes: ["What is not locked at all counts as released. Of several paths each is released that can be."],
  run: async (args, { openForPaths }) => {
    const all = args.all === true;
    if (all === args._.length > 0) {
      throw coordError("USAGE", `coord lock release needs PATH or --all${all ? ", not both" : ""}`, {
        hint: "coord lock release --help",
      });
    }
    const { here, of } = await openForPaths();
    if (all) {
      const paths = await releaseAll(here, actingAs(here, args.as));
      return answerOf(paths.toSorted().map((file_path) => ({ file_path, state: "released" })));
    }
    const done: ReleaseAnswer[] = [];
    const failures: CoordError[] = [];
    for (const path of args._) {
      const app = await of(path);
      try {
        done.push(await withTypedHint(path, () => releaseLock(app, actingAs(app, args.as), path)));
      } catch (error) {
        if (!isCoordError(error)) throw error;
        failures.push(error);
      }
    }
    const [first] = failures;
    if (first === undefined) return answerOf(done);
    const { code, message, hint } = first;
    throw coordError(code, withRest(message, done, failures.length), {
      ...(hint === undefined ? {} : { hint }),
      data: { ...first.data, paths: done },
      cause: first,
    });
  },
});

function answerOf(paths: readonly ReleaseAnswer[]) {
  return { json: { paths }, text: () => renderReleased(paths) };
}

/** The message of the first failure, and how the other paths fared. */
function withRest(message: string, done: readonly ReleaseAnswer[], failed: number): string {
  const released = done.filter(({ state }) => state === "released").map(({ file_path }) => `"${file_path}"`);
  const others = failed > 1 ? `; ${failed - 1} more could not be released` : "";
  return `${message}${others}${released.length > 0 ? `; released: ${released.join(", ")}` : ""}`;
}
