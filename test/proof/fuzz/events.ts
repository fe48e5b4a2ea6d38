/** What hooks are given by a real client, and damage to it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOOK_VERBS, type HookVerb } from "../../../src/domain/hook-verb.ts";
import { damagedText, pick, type Draw } from "./mutate.ts";

const RECORDING = join(import.meta.dir, "../../fixtures/recorded-session.jsonl");
/** As in the recording. */
const RECORDED_HOME = "/home/dev";

export interface HookRun {
  readonly verb: HookVerb;
  readonly input: Uint8Array<ArrayBuffer>;
}

/** The events of the recorded session, moved into `dir`. */
export function recordedEvents(dir: string): readonly unknown[] {
  const lines = readFileSync(RECORDING, "utf8").trim().split("\n");
  const cwd = /"cwd": ?"([^"]+)"/.exec(lines[0] ?? "")?.[1] ?? RECORDED_HOME;
  return lines.map((line): unknown => JSON.parse(line.replaceAll(cwd, dir).replaceAll(RECORDED_HOME, `${dir}/home`)));
}

export function damagedRun(events: readonly unknown[], draw: Draw): HookRun {
  return { verb: pick(HOOK_VERBS, draw) ?? "check", input: damagedText(pick(events, draw), draw) };
}
