import { pathWord } from "../../domain/quote.ts";
import { liesAhead } from "../../domain/time.ts";
import type { Check } from "./check.ts";
import { fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** Records from the future never grow old: they come of a clock that was set back, or were not written by coord. */
export const clocks: Check = {
  name: "clocks",
  needsState: true,
  look: async (scene) => {
    const found = [...instances(scene), ...locks(scene)];
    return found.length > 0 ? found : [fine("No record is from the future")];
  },
};

function instances({ app, typed }: Scene): readonly Remark[] {
  const all = app.store.instances();
  const now = app.now();
  return all
    .filter(({ pinged, started, bound }) => [pinged, started, bound].some((stamp) => liesAhead(stamp, now)))
    .map(({ instance_id }) =>
      warning(
        `${instance_id} is registered with a time in the future, so its lease does not end when it should`,
        typed(`instance unregister --as ${instance_id}`),
      ),
    );
}

function locks({ app, typed }: Scene): readonly Remark[] {
  const all = app.store.locks();
  const now = app.now();
  return all.flatMap(({ grants, real_path, file_path }) =>
    grants
      .filter(({ granted, renewed }) => liesAhead(granted, now) || liesAhead(renewed, now))
      .map(({ locked_by }) =>
        warning(
          `The lock of ${file_path} has a time in the future, so it does not end when it should`,
          typed(`lock release ${pathWord(real_path)} --as ${locked_by.instance_id}`),
        ),
      ),
  );
}
