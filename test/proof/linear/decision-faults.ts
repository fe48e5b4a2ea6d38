/** What is wrong with a decision log, given what was begun and acknowledged: looked up without coord. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseFullDecisionId } from "../../../src/domain/decision-id.ts";
import { decisionLogSchema } from "../../../src/schema/decision-log.ts";
import { decisionSchema } from "../../../src/schema/decision.ts";
import type { Project } from "../../hooks/project.ts";
import { entries } from "../../hooks/state.ts";
import { coord } from "../../e2e/cli.ts";
import { descriptionOf, type Begun } from "./decision-adders.ts";

/** The derived log holds this many. */
const NEWEST = 100;

/** RELIABILITY section 4, (1), (2), (3) for decisions: one line for each thing that is not so. */
export function decisionFaults({ state }: Project, begun: Begun): readonly string[] {
  const faults: string[] = [];
  const titles = new Map<string, string>();
  const numbers = new Map<string, string>();
  const found = new Set<string>();
  for (const month of entries(join(state, "decisions"))) {
    for (const name of entries(join(state, "decisions", month))) {
      const id = name.slice(0, -".json".length);
      const text = readFileSync(join(state, "decisions", month, name), "utf8");
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), decisionSchema), text);
      if (!parsed.success) {
        faults.push(`${name} is no whole decision: ${parsed.issues[0].message}`);
        continue;
      }
      const { decision_id, title, description, made_by } = parsed.output;
      if (decision_id !== id) faults.push(`${name} is ${decision_id}`);
      if (found.has(id)) faults.push(`${id} is there twice`);
      found.add(id);
      const other = titles.get(title);
      if (other !== undefined) faults.push(`"${title}" is there twice: ${other} and ${id}`);
      titles.set(title, id);
      const of = parseFullDecisionId(id);
      const number = `${of?.day} ${of?.number}`;
      const same = numbers.get(number);
      if (same !== undefined) faults.push(`the number of ${id} was given to ${same} too`);
      numbers.set(number, id);
      if (!begun.has(title)) faults.push(`nobody has added "${title}"`);
      if (description !== descriptionOf(title)) faults.push(`${id} is not what was added`);
      if (made_by.instance_id !== title.split(" ")[0]) faults.push(`${id} was made by ${made_by.instance_id}`);
    }
  }
  for (const [title, id] of begun) {
    if (id !== undefined && titles.get(title) !== id) faults.push(`"${title}" was acknowledged as ${id} and is gone`);
  }
  return faults;
}

/** (6): how the derived log differs from the newest decisions, and from one that is made anew. Right after additions, none of them killed. */
export function derivedFaults(project: Project): readonly string[] {
  const path = join(project.state, "decision-log.json");
  const before = derived(path);
  const months = readdirSync(join(project.state, "decisions")).toSorted();
  const ids = months.flatMap((month) => entries(join(project.state, "decisions", month)));
  const newest = ids
    .map((name) => name.slice(0, -".json".length))
    .toSorted()
    .slice(-NEWEST);
  rmSync(path);
  const list = coord(project, ["decisions", "list"]);
  const after = derived(path);
  return [
    ...(list.code === 0 && list.err === "" ? [] : [`"decisions list" ended with ${list.code}: ${list.err}`]),
    ...newest.filter((id) => !before.ids.includes(id)).map((id) => `${id} is missing from decision-log.json`),
    ...(before.text === after.text ? [] : ["decision-log.json differs from one that is made anew"]),
  ];
}

function derived(path: string) {
  const text = readFileSync(path, "utf8");
  const log = v.parse(v.pipe(v.string(), v.parseJson(), decisionLogSchema), text);
  return {
    ids: log.decisions.map((entry) => entry.decision_id),
    text: text.replace(/"log_created_at": "[^"]*"/, ""),
  };
}
