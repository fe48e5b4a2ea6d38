/** RELIABILITY section 5, "errno sweep": the grid of the crash sweep, each call refused with what it can answer. */
import { beforeAll, test } from "bun:test";
import { chance, sample, SEED } from "../seed.ts";
import { expected, judge } from "./answers.ts";
import type { Point } from "./points.ts";
import { ALL_OF_IT, conclude, LANES, tasks } from "./report.ts";
import { requireStrace } from "./strace.ts";
import { sweep, type Shot } from "./sweep.ts";

/** Of the grid in the short form. */
const CASES_DRAWN = 26;
const ERRORS_DRAWN = 30;

beforeAll(requireStrace);

function errorsAt(points: readonly Point[]): readonly Shot[] {
  return points.flatMap((point) => point.errors.map((fault) => ({ point, fault })));
}

test(
  "a command that is refused any of its calls says so cleanly, publishes nothing half, and the next one works",
  async () => {
    const draw = chance(SEED);
    const tally = await sweep(tasks(CASES_DRAWN, draw), {
      shots: (points, { errorsAtMost }) => {
        const all = errorsAt(points);
        const most = ALL_OF_IT ? (errorsAtMost ?? all.length) : ERRORS_DRAWN;
        return sample(all, most, draw);
      },
      judge,
      expected,
      lanes: LANES,
    });
    conclude("each call of each command refused: ENOSPC, EDQUOT, EIO, EACCES, EROFS, EMFILE, EXDEV, short", tally);
  },
  ALL_OF_IT ? 7_200_000 : 600_000,
);
