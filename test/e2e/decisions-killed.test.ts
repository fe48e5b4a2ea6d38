/** SIGKILL right before each rename, link and fsync of `coord decisions add`: RELIABILITY section 4. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import * as v from "valibot";
import { decisionSchema } from "../../src/schema/decision.ts";
import { BINARY, layProject } from "../hooks/project.ts";
import { faults } from "../hooks/state.ts";
import { coord, json } from "./cli.ts";

const listSchema = v.looseObject({ decisions: v.array(decisionSchema) });
const CALLS = ["renameat", "linkat", "unlinkat", "fsync", "mkdirat"] as const;
const STRACE = "/usr/bin/strace";
/** More than one addition makes. */
const MANY = 60;

const canTrace =
  existsSync(STRACE) && Bun.spawnSync([STRACE, "-o", "/dev/null", "true"], { stderr: "ignore" }).exitCode === 0;

for (const state of ["fresh", "used"] as const) {
  test.skipIf(!canTrace)(
    `what was acknowledged is there, and the next one works (${state})`,
    () => {
      using project = layProject();
      const words = (title: string) => [
        "decisions",
        "add",
        "--category",
        "testing",
        "--title",
        title,
        "--description",
        "d",
      ];
      if (state === "used") expect(coord(project, words("before")).code).toBe(0);
      const acknowledged: string[] = [];
      let killed = 0;
      // strace counts each kind of call by itself.
      for (const call of CALLS) {
        for (let n = 1, done = false; !done; n += 1) {
          expect(n).toBeLessThan(MANY);
          const inject = ["-f", "-o", "/dev/null", "-e", `trace=${call}`, "-e", `inject=${call}:signal=KILL:when=${n}`];
          const add = [BINARY, ...words(`${call} ${n}`)];
          const run = Bun.spawnSync([STRACE, ...inject, ...add], { cwd: project.dir, env: project.env });
          const [id] = /DEC-\d{8}-\d{4}-[0-9a-f]{6}/.exec(run.stdout.toString()) ?? [];
          if (id !== undefined) acknowledged.push(id);
          done = run.exitCode === 0;
          if (!done) killed += 1;
          const after = coord(project, words(`after ${call} ${n}`));
          expect([after.code, after.err]).toEqual([0, ""]);
          acknowledged.push(after.out.trim().replace("Decision logged: ", ""));
        }
      }
      expect(killed).toBeGreaterThan(5);
      const { decisions } = json(project, listSchema, ["decisions", "list", "--limit", "500"]);
      const ids = decisions.map((record) => record.decision_id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of acknowledged) expect(ids).toContain(id);
      // Each that was killed is there at most once, whole.
      const titles = decisions.map((record) => record.title);
      expect(new Set(titles).size).toBe(titles.length);
      // Scratch is swept when it is an hour old.
      expect(faults(project.state).filter((fault) => !fault.startsWith("tmp/"))).toEqual([]);
    },
    120_000,
  );
}
