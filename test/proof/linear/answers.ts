/** What coord says when it refuses, as an answer of the history: for the use cases and for the command line alike. */
import * as v from "valibot";
import { holding, type Answer, type Verb } from "./history.ts";

/** A lock that was shown, with the ID by which it can be ended by force. */
export interface Sight {
  readonly path: number;
  readonly lockId: string;
  readonly fence: number;
}

/** An answer, and the locks that it has shown. */
export interface Told {
  readonly answer: Answer;
  readonly sights: readonly Sight[];
}

const holdersSchema = v.array(
  v.looseObject({
    lock_id: v.string(),
    file_path: v.string(),
    fence: v.number(),
    locked_by: v.looseObject({ instance_id: v.string() }),
  }),
);

export function refusal(verb: Verb, paths: readonly number[], code: string, message: string, holders: unknown): Told {
  const none = (answer: Answer): Told => ({ answer, sights: [] });
  const forced = /was ended by force by (\S+) at /.exec(message)?.[1] ?? null;
  switch (code) {
    case "LOCK_HELD": {
      const holder = /: held by (\S+)$/.exec(message)?.[1];
      if (verb === "release" || verb === "renew") return none({ is: "held", holder });
      const locks = v.parse(holdersSchema, holders);
      const sights = locks.map(({ lock_id, file_path, fence }) => ({
        path: numberOf(file_path),
        lockId: lock_id,
        fence,
      }));
      const by = locks.map(({ locked_by, fence }) => holding(locked_by.instance_id, fence));
      return { answer: { is: verb === "force" ? "other" : "held", by }, sights };
    }
    case "LOCK_EXPIRED":
      return none(message.startsWith("Nothing to renew") ? { is: "nothing" } : { is: "expired", forced });
    case "CONFLICT":
      return none({ is: "lost", to: /, and (\S+) was granted it since$/.exec(message)?.[1], forced });
    case "GUARD_BUSY":
      return none({ is: "busy", message });
    default:
      return none({ is: "failed", message: `${code}: ${message}; ${paths.join()}` });
  }
}

/** What `lock check` reports. */
export interface Checked {
  readonly state: "free" | "mine" | "held" | "expired" | "changed";
  readonly lock: {
    readonly lock_id: string;
    readonly locked_by: { readonly instance_id: string };
    readonly fence: number;
  } | null;
  readonly reason?: string | undefined;
  readonly granted_to?: string | undefined;
  readonly forced?: { readonly by: string } | undefined;
}

export function checked(path: number, { state, lock, reason, granted_to: to, forced }: Checked): Told {
  const by = lock === null ? [] : [holding(lock.locked_by.instance_id, lock.fence)];
  const sights = lock === null ? [] : [{ path, lockId: lock.lock_id, fence: lock.fence }];
  const said = (answer: Answer): Told => ({ answer, sights });
  switch (state) {
    case "mine":
      return said({ is: "mine", fences: lock === null ? [] : [lock.fence] });
    case "held":
      return said({ is: "held", by });
    case "expired":
      return said({ is: "expired", forced: forced?.by ?? null });
    case "free":
      return said({ is: "free" });
    case "changed":
      if (reason !== "granted_to_another") return said({ is: "failed", message: `changed: ${reason}` });
      return said({ is: "lost", to, by, forced: forced?.by ?? null });
  }
  return state satisfies never;
}

export function pathName(n: number): string {
  return `path-${n}.ts`;
}

/** The number of a path, by its name. */
function numberOf(path: string): number {
  return Number(/path-(\d+)\.ts$/.exec(path)?.[1]);
}
