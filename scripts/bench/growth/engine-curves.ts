/** The engine alone, without the start of a process, at every size in turn. */
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { heartbeat } from "../../../src/app/heartbeat.ts";
import { releaseLock } from "../../../src/app/release-lock.ts";
import { FILES } from "../hook-round.ts";
import type { Setting } from "../setting.ts";
import { pointOf, type Measured } from "./measured.ts";
import type { Place } from "./place.ts";

const PATHS = Object.keys(FILES);

interface Step {
  readonly name: string;
  readonly call: (place: Place, round: number) => Promise<unknown>;
}

const STEPS: readonly Step[] = [
  {
    name: "acquire + release, in-process",
    call: async ({ app, me }, round) => {
      const path = PATHS[round % PATHS.length] ?? "";
      await acquireLocks([{ app, me, paths: [path] }], { intent: "", ttlMs: undefined });
      await releaseLock(app, me, path);
    },
  },
  {
    name: "heartbeat, in-process",
    call: async ({ app, me }) => heartbeat(app, me, { mayRegister: false, renew: true }),
  },
];

export async function engineCurves(setting: Setting, places: readonly Place[]): Promise<readonly Measured[]> {
  const rounds = setting.quick ? 60 : 600;
  const measured: Measured[] = [];
  for (const { name, call } of STEPS) {
    const times = places.map((place) => ({ place, taken: new Array<number>() }));
    for (let round = -rounds / 10; round < rounds; round += 1) {
      // Nothing else here yields to the event loop, without which no signal is heard.
      await Bun.sleep(0);
      for (const { place, taken } of times) {
        const started = Bun.nanoseconds();
        await call(place, round + rounds);
        if (round >= 0) taken.push((Bun.nanoseconds() - started) / 1e6);
      }
    }
    for (const { place, taken } of times) measured.push({ name, expected: "flat", point: pointOf(place.n, taken, []) });
  }
  return measured;
}
