/** `decisions add` as a whole process, in a log that is full and in one that is empty. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { isoSeconds } from "../../src/domain/time.ts";
import type { Project } from "../stand-in/project.ts";
import { openProject } from "./app.ts";
import { DRAFT, layDecisions } from "./decision-log.ts";
import { alternate, timed, type Side } from "./process-run.ts";
import type { Setting, Suite } from "./setting.ts";
import { median } from "./stats.ts";

const MANY = 100_000;

const ListSchema = v.object({ decisions: v.array(v.unknown()) });

export const decisions: Suite = async (setting) => {
  const name = `decisions add with ${MANY.toLocaleString("en")} in the log`;
  const [full, none] = [await lay(setting), await lay(setting)];
  await layDecisions(await openProject(full), MANY);
  const rounds = setting.quick ? { rounds: 20, warmUp: 2 } : { rounds: 300, warmUp: 20 };
  const empty = emptied(none);
  const pairing = {
    name,
    subject: adding(setting, full),
    floor: adding(setting, none),
    prepare: async () => {
      empty();
      // What is still to be written would be part of the next fsync, whoever makes it.
      Bun.spawnSync(["sync"]);
    },
  };
  const [times] = await alternate([pairing], full.top, rounds);
  if (times === undefined) return;
  const against = { what: "with none", value: median(times.floor) };
  setting.report({ name, unit: "ms", measured: median(times.subject), against, bar: { times: 1.2 } });
  const newest = { command: [setting.coord, "decisions", "list", "--json"], env: full.env, stdin: "" };
  const listed = Array.from({ length: setting.quick ? 3 : 20 }, () => {
    const { ms, stdout } = timed(newest, full.top);
    if (v.parse(ListSchema, JSON.parse(stdout)).decisions.length !== 10) throw new Error("list does not show ten");
    return ms;
  });
  setting.report({
    name: `decisions list with ${MANY.toLocaleString("en")} in the log`,
    unit: "ms",
    measured: median(listed),
  });
};

async function lay(setting: Setting): Promise<Project> {
  const project = setting.project(setting.disk);
  await openProject(project);
  return project;
}

export function adding(setting: Setting, project: Project): Side {
  const { category, title, description } = DRAFT;
  const words = ["decisions", "add", "--category", category, "--title", title, "--description", description];
  return {
    call: () => ({ command: [setting.coord, ...words], env: project.env, stdin: "" }),
    done: (stdout) => {
      if (!stdout.startsWith("Decision logged: DEC-")) throw new Error(`add says: ${stdout}`);
    },
  };
}

/**
 * The log is emptied before each run, so that it does not fill up while it is measured. Its folder stays: making that is
 * what the first decision of a month costs, not what every decision does.
 */
function emptied(project: Project): () => void {
  const state = join(project.top, ".claude", "coordination");
  const month = join(state, "decisions", isoSeconds(Date.now()).slice(0, 7));
  return () => {
    for (const name of ["decisions", "decision-log.json", "decision-counter.json", "decision-counter~1.json"]) {
      rmSync(join(state, name), { recursive: true, force: true });
    }
    mkdirSync(month, { recursive: true, mode: 0o700 });
  };
}
