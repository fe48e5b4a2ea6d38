/**
 * What has to hold after a process was stopped or refused in the middle: RELIABILITY section 4, by number. All of it is
 * looked at on the disk that it left, which is used up by that.
 */
import { existsSync, lutimesSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../../../src/app/context.ts";
import { instanceInfos } from "../../../src/app/status.ts";
import { registryContent } from "../../../src/app/work-registry.ts";
import { isJournal } from "../../../src/schema/compiled.ts";
import { parseJson } from "../../../src/schema/json.ts";
import { entries, faults } from "../../hooks/state.ts";
import type { Case } from "./case.ts";
import { line, type Lane } from "./lane.ts";
import { withoutChance } from "./picture.ts";
import type { Ran } from "./strace.ts";
import {
  changedParts,
  halves,
  isSettingsScratch,
  missingParts,
  settled,
  strayParts,
  viewOf,
  type View,
} from "./view.ts";

/** What the case does undisturbed. */
export interface Undisturbed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** After one more operation, which finishes what the dead have left. */
  readonly before: View;
  readonly after: View;
}

export interface Found {
  readonly problems: readonly string[];
  /** The parts that have changed as they should. */
  readonly changed: readonly string[];
}

const NEXT = line("lock acquire next.ts --as next --json");
const CLEANUP = line("lock cleanup --json");
const TWO_HOURS_S = 7200;

/**
 * What is to be expected of the state: "all": it was acknowledged. "whole": all of it or nothing. "sound": what is
 * there need not be what an undisturbed run makes.
 */
export type Expected = "all" | "whole" | "sound";

export async function aftermath(lane: Lane, one: Case, was: Undisturbed, expected: Expected): Promise<Found> {
  const problems = [...published(lane), ...(await overtaken(lane))];
  const hadState = existsSync(join(lane.state, "heartbeats"));

  // (5), and through it (1) and (2): it finishes what the dead have left.
  const next = await lane.run(NEXT);
  if (hadState || next.code !== STATE_MISSING) problems.push(...wentWell("the next operation", next, [0]));
  const found = lasting(await viewNow(lane), one);
  const [before, after] = [lasting(was.before, one), lasting(was.after, one)];
  if (expected !== "sound") problems.push(...strayParts(found, before, after).map((part) => `(1, 2) ${part}`));
  problems.push(...halves(found, before, after).map((half) => `(2) ${half}`));
  if (expected === "all") problems.push(...missingParts(found, after).map((part) => `(1) acknowledged, but ${part}`));
  const changed = changedParts(found, before, after);

  const again = await lane.run(one.step);
  // A decision that is superseded once more is warned of.
  const isUsual = withoutChance(again.err) === withoutChance(was.err);
  const said =
    isUsual || (one.twice !== undefined && /^coord: warn: [^\n]+ was superseded already/.test(again.err))
      ? ""
      : again.err;
  problems.push(...wentWell("the same again", { ...again, err: said }, one.again ?? [was.code]));
  if (expected !== "sound") problems.push(...repeated(lasting(await viewNow(lane), one), after, one));

  age(lane);
  problems.push(...wentWell("cleanup", await lane.run(CLEANUP), [0]));
  problems.push(...cleaned(lane, await viewNow(lane), one), ...(await derived(lane)));
  return { problems, changed };
}

function lasting(view: View, { passing }: Case): View {
  return passing === undefined ? view : new Map([...view].filter(([part]) => !passing.test(part)));
}

const STATE_MISSING = 1;

async function viewNow(lane: Lane): Promise<View> {
  const app = await lane.open();
  const view = new Map(await viewOf(app, lane.take()));
  for (const part of ["instance next", "lock of next: next.ts", "ledger next.ts"]) view.delete(part);
  return view;
}

/** The next operation, whose own part in the view is left out. */
export async function afterNext(lane: Lane): Promise<View> {
  await lane.run(NEXT);
  return viewNow(lane);
}

function wentWell(what: string, ran: Ran, codes: readonly number[]): readonly string[] {
  if (ran.hung) return [`(5) ${what} hangs`];
  if (ran.code !== undefined && codes.includes(ran.code) && (ran.code !== 0 || ran.err === "")) return [];
  return [`(5) ${what} gives ${ran.code ?? "no code"}: ${ran.out}${ran.err}`];
}

/** (3) every published file parses and validates, (4) exactly one guard token. */
function published(lane: Lane): readonly string[] {
  if (!existsSync(lane.state)) return [];
  const journal = join(lane.state, "journal.json");
  const problems = faults(lane.state)
    .filter((fault) => !fault.startsWith("tmp/") && fault !== "journal.json" && !/^guard\.tmp\.[0-9a-f]+$/.test(fault))
    .filter((fault) => !isSettingsScratch(`/${fault}`))
    .filter((fault) => !/^guard\/ holds "held\.[^,]+"$/.test(fault))
    .map((fault) => `(3, 4) ${fault}`);
  if (existsSync(journal) && !parseJson(isJournal, readFileSync(journal, "utf8")).ok) problems.push("(3) journal.json");
  for (const name of ["decision-log.json", "work-registry.json", "floor.json", "config.json"]) {
    const path = join(lane.state, name);
    if (existsSync(path) && !parses(path)) problems.push(`(3) ${name} does not parse`);
  }
  if (entries(join(lane.state, "corrupt")).length > 0) problems.push("(3) something was found broken");
  return problems;
}

/** (2) A fence is in the ledger before it is in a lock: else it could be given out once more. */
async function overtaken(lane: Lane): Promise<readonly string[]> {
  const { store } = await lane.open();
  return store.locks().flatMap(({ key, file_path, grants }) => {
    const fence = store.path(key).ledger?.fence ?? 0;
    return grants.some((grant) => grant.fence > fence) ? [`(2) lock of ${file_path} above its ledger`] : [];
  });
}

function parses(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** Done again, it is as if it had been done once. */
function repeated(found: View, after: View, { twice }: Case): readonly string[] {
  const [is, wanted] = [new Map(settled(found)), new Map(settled(after))];
  if (twice !== undefined) {
    const parts = [is, wanted].map((view) => {
      const value = view.get(twice);
      view.delete(twice);
      return value;
    });
    if (parts[0] === undefined) return [`(5) the same again leaves no ${twice}`];
  }
  return missingParts(is, wanted).map((part) => `(5) after the same again ${part}`);
}

/** Scratch that is left becomes two hours old. */
function age({ state, home, project }: Lane): void {
  const then = Date.now() / 1000 - TWO_HOURS_S;
  const old = (path: string): void => lutimesSync(path, then, then);
  for (const name of entries(join(state, "tmp"))) old(join(state, "tmp", name));
  for (const name of entries(state)) if (name.startsWith("guard.tmp.")) old(join(state, name));
  for (const folder of [home, project]) for (const path of settingsScratch(folder)) old(path);
}

function settingsScratch(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter(isSettingsScratch);
}

/** (7) no scratch older than an hour after `cleanup`; and nothing else that has no business there. */
function cleaned({ state, home, project }: Lane, view: View, { passing, step }: Case): readonly string[] {
  const parts = [...view.keys()].filter((part) => /^(?:instance|lock) /.test(part) && passing?.test(part) === true);
  // One that acts under a name of its own is nobody's process, and lives by its lease.
  const left = [...[home, project].flatMap(settingsScratch), ...(step.words.includes("--as") ? [] : parts)];
  return [...faults(state), ...left].map((fault) => `(7) after cleanup: ${fault}`);
}

/** (6) derived files equal a rebuild. */
async function derived(lane: Lane): Promise<readonly string[]> {
  const app = await lane.open();
  return [...registryDiffers(lane, app), ...(await logDiffers(lane, app))].map(
    (name) => `(6) ${name} is not as rebuilt`,
  );
}

function registryDiffers({ state }: Lane, app: App): readonly string[] {
  const told = (value: object): string => JSON.stringify({ ...value, registry_updated_at: "" });
  const is: unknown = JSON.parse(readFileSync(join(state, "work-registry.json"), "utf8"));
  const same = typeof is === "object" && is !== null && told(is) === told(registryContent(app, instanceInfos(app)));
  return same ? [] : ["work-registry.json"];
}

async function logDiffers({ state }: Lane, app: App): Promise<readonly string[]> {
  const ids = [...(await app.store.decisions()).ids()].toReversed();
  const path = join(state, "decision-log.json");
  const told = existsSync(path)
    ? [...readFileSync(path, "utf8").matchAll(/"decision_id": "([^"]+)"/g)].map(([, id]) => id)
    : [];
  return told.join() === ids.join() ? [] : ["decision-log.json"];
}
