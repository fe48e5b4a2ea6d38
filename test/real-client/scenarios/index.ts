import type { Scenario } from "../bench.ts";
import { afterTheEnd } from "./after-the-end.ts";
import { formatterHook } from "./formatter.ts";
import { killedHolder } from "./killed-holder.ts";
import { lostEdits } from "./lost-edits.ts";
import { otherRegion } from "./other-region.ts";
import { permissionDenied } from "./permission-denied.ts";
import { sameFile } from "./same-file.ts";
import { sessionStart } from "./session-start.ts";
import { subagents } from "./subagents.ts";
import { unseenFile } from "./unseen-file.ts";
import { withoutBinary } from "./without-binary.ts";

/** In the order of the list, (a) to (j). */
export const scenarios: readonly Scenario[] = [
  ...sameFile,
  otherRegion,
  unseenFile,
  killedHolder,
  ...subagents,
  permissionDenied,
  formatterHook,
  sessionStart,
  ...afterTheEnd,
  ...withoutBinary,
  lostEdits,
];
