import { aroundUnguarded } from "../../app/context.ts";
import { standing } from "../../domain/instance.ts";
import { pathWord } from "../../domain/quote.ts";
import { liveGrants } from "../../domain/settle.ts";
import { failed, mtimeMs } from "../../platform/sys/types.ts";
import { layoutOf } from "../../store/file/layout.ts";
import { isScratchName, SCRATCH_AGE_MS } from "../../store/file/sweep-scratch.ts";
import { counted } from "../show-text.ts";
import type { Check } from "./check.ts";
import { fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** What those left who went without a word. None of it bars anybody; it is told so that it does not pile up unseen. */
export const leftovers: Check = {
  name: "leftovers",
  needsState: true,
  look: async (scene) => {
    const found = [instances(scene), locks(scene), scratch(scene), corrupt(scene), journal(scene)].flat();
    return found.length > 0 ? found : [fine("Nothing is left of sessions that have gone")];
  },
};

function instances({ app, typed }: Scene): readonly Remark[] {
  const now = app.now();
  const gone = app.store.instances().filter((record) => {
    const verdict = record.process === null ? null : app.processes.judge(record.process);
    const at = standing(record, verdict, now, app.config);
    return at === "dead" || at === "stale";
  });
  const [first] = gone;
  if (first === undefined) return [];
  const text = `${counted(gone.length, "instance")} that ended without a word, such as ${first.instance_id}`;
  return [warning(text, typed("lock cleanup"))];
}

function locks({ app, typed }: Scene): readonly Remark[] {
  const around = aroundUnguarded(app);
  const ended = app.store.locks().filter((lock) => liveGrants(lock, around).length < lock.grants.length);
  const [first] = ended;
  if (first === undefined) return [];
  const text = `${counted(ended.length, "lock")} that ended without being released, such as the one of ${first.file_path}`;
  return [warning(text, typed("lock cleanup"))];
}

function scratch({ app, typed }: Scene): readonly Remark[] {
  const { tmp } = layoutOf(app.workspace.stateDir);
  const names = app.sys.list(tmp);
  const wall = app.now().wall_ms;
  const old = (failed(names) ? [] : names).filter((name) => {
    const stat = app.sys.lstat(`${tmp}/${name}`);
    return !failed(stat) && wall - mtimeMs(stat) > SCRATCH_AGE_MS;
  });
  const [first] = old;
  if (first === undefined) return [];
  const foreign = old.filter((name) => !isScratchName(name));
  const [stranger] = foreign;
  const own = old.length - foreign.length;
  return [
    ...(own === 0 ? [] : [warning(`${counted(own, "scratch file")} of killed processes`, typed("lock cleanup"))]),
    ...(stranger === undefined
      ? []
      : [
          warning(
            `${counted(foreign.length, "thing")} in "${tmp}" that coord did not make: ${stranger}`,
            `mv ${pathWord(`${tmp}/${stranger}`)} ~`,
          ),
        ]),
  ];
}

function corrupt({ app }: Scene): readonly Remark[] {
  const { corrupt } = layoutOf(app.workspace.stateDir);
  const names = app.sys.list(corrupt);
  if (failed(names) || names.length === 0) return [];
  const broken = names.filter((name) => !name.endsWith(".reason"));
  const text = `${counted(broken.length, "broken record")} set aside in "${corrupt}"; each has a reason beside it`;
  return [warning(text, `head ${pathWord(corrupt)}/*.reason; then: rm ${pathWord(corrupt)}/*`)];
}

function journal({ app, typed }: Scene): readonly Remark[] {
  const { journal } = layoutOf(app.workspace.stateDir);
  if (failed(app.sys.lstat(journal))) return [];
  return [warning("A change of several paths was left half done; the next change finishes it", typed("doctor --fix"))];
}
