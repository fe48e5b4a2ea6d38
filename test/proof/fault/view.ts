/**
 * What the state says, part by part, without what no two runs have in common. A part is what changes as one: an
 * instance, a lock, the ledger of a path, a decision, a file of the user's.
 */
import type { App } from "../../../src/app/context.ts";
import type { InstanceRecord } from "../../../src/domain/instance.ts";
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import { layoutOf } from "../../../src/store/file/layout.ts";
import { slotName } from "../../../src/store/file/slots.ts";
import { entries } from "../../hooks/state.ts";
import { withoutChance, type Picture } from "./picture.ts";
import { stableName } from "./points.ts";

/** Parts by name; a part that is not there has no entry. */
export type View = ReadonlyMap<string, string>;

export async function viewOf(app: App, picture: Picture): Promise<View> {
  const view = new Map<string, string>();
  const put = (part: string, value: unknown): void => void view.set(stableName(part), withoutChance(text(value)));
  for (const record of app.store.instances()) put(`instance ${record.instance_id}`, instance(record));
  for (const { file_path, grants } of app.store.locks()) {
    for (const { locked_by, kind, intent, fence, ttl_ms, tool_use_ids, ended } of grants) {
      const lock = { kind, intent, fence, ttl_ms, tool_use_ids, ended: ended !== null };
      put(`lock of ${locked_by.instance_id}: ${file_path}`, lock);
    }
  }
  const { files } = layoutOf(app.workspace.stateDir);
  for (const key of new Set(entries(files).flatMap((file) => slotName(file) ?? []))) {
    const { ledger } = app.store.path(key);
    if (ledger !== undefined) put(`ledger ${ledger.file_path}`, ledgerGist(ledger));
  }
  const titles = new Map<string, unknown[]>();
  for (const decision of (await app.store.decisions()).newest()) {
    const { made_by, category, title, description, context, impact, status } = decision;
    const said = { made_by, category, description, context, impact, status };
    titles.set(title, [...(titles.get(title) ?? []), said]);
  }
  for (const [title, decisions] of titles) put(`decision ${title}`, decisions.map(text));
  for (const [path, entry] of picture) {
    if (!isOfUser(path) || entry.kind === "folder") continue;
    put(`file ${path}`, entry.kind === "link" ? `-> ${entry.to}` : entry.text);
  }
  return view;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Without the branch, which is git's to know, and null when git cannot be asked. */
function instance({ instance_id, parent, agent_role, task, status, elsewhere, ping_count, ...record }: InstanceRecord) {
  return {
    instance_id,
    parent,
    agent_role,
    task,
    status,
    elsewhere,
    bound: record.process !== null,
    ping_count,
  };
}

function ledgerGist({ fence, last_grant, writes, grants, viewers }: LedgerRecord) {
  return {
    fence,
    last_grant,
    writes: writes.map(({ instance_id, hash, fence, probable }) => ({ instance_id, hash, fence, probable })),
    grants: grants.map(({ instance_id, hash, fence, settled, forced }) => ({
      instance_id,
      hash,
      fence,
      settled,
      forced: forced?.by,
    })),
    viewers,
  };
}

const STATE = "project/.claude/coordination/";
/** What lies in a state folder and is no record: the user's own, or laid down for others to use. */
const LAID = /^(?:config\.json|\.gitignore|bin\/.*|lib\/.*|schemas\/.*)$/;
/** Scratch of an edit of the user's settings. */
const SETTINGS_SCRATCH = /\/\.[^/]+\.coord-[0-9a-f-]{36}$/;

/** True for what is not coord's to forget. */
function isOfUser(path: string): boolean {
  if (path.startsWith(STATE)) return LAID.test(path.slice(STATE.length));
  return !path.startsWith("tmp/") && !path.startsWith("project/.git/") && !isSettingsScratch(path);
}

export function isSettingsScratch(path: string): boolean {
  return SETTINGS_SCRATCH.test(path);
}

/** The parts that are neither what they were before nor what they become, each with what it is. */
export function strayParts(found: View, before: View, after: View): readonly string[] {
  return partsOf(found, before, after).flatMap((part) => {
    const value = found.get(part);
    return value === before.get(part) || reaches(value, after.get(part))
      ? []
      : [
          `${part} is ${value ?? "gone"}, was ${before.get(part) ?? "not there"}, becomes ${after.get(part) ?? "nothing"}`,
        ];
  });
}

/**
 * Holders who have got some of their locks and not others: several paths are locked all or none. They are given back
 * path by path, because what is done inside the guard must not take longer for whoever holds more.
 */
export function halves(found: View, before: View, after: View): readonly string[] {
  const coming = [...after.keys()].filter(
    (part) => part.startsWith("lock of ") && before.get(part) !== after.get(part),
  );
  const byHolder = Map.groupBy(coming, (part) => part.slice(0, part.indexOf(": ")));
  return [...byHolder].flatMap(([holder, parts]) => {
    const got = parts.filter((part) => found.get(part) === after.get(part));
    return got.length === 0 || got.length === parts.length ? [] : [`of "${holder}" only: ${got.join()}`];
  });
}

/** The parts that differ from what they become. */
export function missingParts(found: View, after: View): readonly string[] {
  return partsOf(found, after).flatMap((part) =>
    reaches(found.get(part), after.get(part))
      ? []
      : [`${part} is ${found.get(part) ?? "gone"}, not ${after.get(part) ?? "nothing"}`],
  );
}

const SIGNS = /"ping_count":(\d+)/;

/** The same; or the same with more signs of life: a hook that goes on after an error gives another one. */
function reaches(found: string | undefined, wanted: string | undefined): boolean {
  if (found === wanted || found === undefined || wanted === undefined) return found === wanted;
  const [more, enough] = [found, wanted].map((value) => Number(SIGNS.exec(value)?.[1] ?? 0));
  return found.replace(SIGNS, "") === wanted.replace(SIGNS, "") && (more ?? 0) >= (enough ?? 0);
}

/** The parts that have become what they become, and are no more what they were. */
export function changedParts(found: View, before: View, after: View): readonly string[] {
  return partsOf(before, after).filter(
    (part) => found.get(part) === after.get(part) && before.get(part) !== after.get(part),
  );
}

function partsOf(...views: readonly View[]): readonly string[] {
  return [...new Set(views.flatMap((view) => [...view.keys()]))].toSorted();
}

/** Without what grows when something is done twice: counts of signs of life, fences. */
export function settled(view: View): View {
  return new Map(
    [...view].flatMap(([part, value]) =>
      part.startsWith("ledger ")
        ? []
        : [[part, value.replaceAll(/\\?"(?:ping_count|fence)\\?":\d+/g, "").replaceAll(/toolu_\w+/g, "toolu")]],
    ),
  );
}
