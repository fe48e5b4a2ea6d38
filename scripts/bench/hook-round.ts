/** One round of a session's hooks: an edit with its check and its two releases, then a Bash call and a Read. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HookVerb } from "../../src/domain/hook-verb.ts";
import type { Call, Client } from "../stand-in/client.ts";
import { postToolBatch, postToolUse, preToolUse, type HookEvent } from "../stand-in/events.ts";
import { bashCall, editCall, readCall } from "../stand-in/tools.ts";
import type { Probe } from "./probe.ts";
import type { Pairing } from "./process-run.ts";

const SOURCE = "export const value = 1;\n".repeat(300);
/** More than one, so that each check meets a ledger that was not written just now; of a usual size. */
const NAMES = Array.from({ length: 20 }, (_, i) => `src/module-${i}.ts`);
export const FILES: Readonly<Record<string, string>> = Object.fromEntries(NAMES.map((name) => [name, SOURCE]));

export function hookRound(empty: string, client: Client, state: Probe): readonly Pairing[] {
  const { session } = client;
  const pathAt = (round: number): string => join(session.project, NAMES[round % NAMES.length] ?? "");
  const bash = bashCall("npm test");
  /** Claims of the session, which the round leaves alone. */
  const claims = state.held();
  let round = 0;
  let pings = 0;
  let edit = bash;
  const paired = ({ name, verb, event, prepare, didIt }: Step): Pairing => {
    const call = (): Call => client.call(verb, event());
    return {
      name,
      prepare: async () => {
        await prepare?.();
        pings = state.pings();
      },
      subject: {
        call,
        done: (stdout) => {
          if (stdout !== "") throw new Error(`${name} should say nothing, and says: ${stdout}`);
          if (!didIt()) throw new Error(`${name} did not do what it is for`);
        },
      },
      floor: { call: () => ({ ...call(), command: [empty] }) },
    };
  };
  return [
    paired({
      name: "hook check, granted",
      verb: "check",
      prepare: async () => {
        round += 1;
        const before = readFileSync(pathAt(round), "utf8");
        edit = editCall(pathAt(round), before, "export const value = 1;", `export const value = ${round};`);
      },
      event: () => preToolUse(session, edit),
      didIt: () => state.held() === claims + 1,
    }),
    paired({
      name: "hook release, PostToolUse",
      verb: "release",
      prepare: async () => writeFileSync(pathAt(round), `export const round = ${round};\n${SOURCE}`),
      event: () => postToolUse(session, edit),
      didIt: () => state.held() === claims + 1 && state.hasSeen(pathAt(round)),
    }),
    paired({
      name: "hook release, PostToolBatch",
      verb: "release",
      event: () => postToolBatch(session, [edit]),
      didIt: () => state.held() === claims,
    }),
    paired({
      name: "hook heartbeat, renewing",
      verb: "heartbeat",
      prepare: state.ageLease,
      event: () => preToolUse(session, bash),
      didIt: () => state.pings() === pings + 1,
    }),
    paired({
      name: "hook heartbeat, not renewing",
      verb: "heartbeat",
      event: () => postToolUse(session, bash),
      didIt: () => state.pings() === pings,
    }),
    paired({
      name: "hook heartbeat, Read",
      verb: "heartbeat",
      // Not the file that was written just now: nothing new would count as seen there.
      event: () => postToolUse(session, readCall(pathAt(round + 10), readFileSync(pathAt(round + 10), "utf8"))),
      didIt: () => state.hasSeen(pathAt(round + 10)),
    }),
  ];
}

interface Step {
  readonly name: string;
  readonly verb: HookVerb;
  readonly event: () => HookEvent;
  readonly prepare?: () => Promise<void>;
  /** True when the state shows that the hook has done its work. */
  readonly didIt: () => boolean;
}
