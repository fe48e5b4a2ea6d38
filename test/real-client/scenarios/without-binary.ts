/** (i) When coord is gone, the sessions go on without it: as before, and with as little noise as the wiring allows. */
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { textOf, type Bench, type Scenario } from "../bench.ts";
import type { HookOutput } from "../client.ts";
import { install, type Project } from "../project.ts";
import { call, edit, read, say, write } from "../script.ts";

const FILE = "src/work.txt";

/** One session that uses every tool that is wired, and all that its hooks printed. */
async function work(bench: Bench, project: Project): Promise<readonly HookOutput[]> {
  const path = project.path(FILE);
  const client = bench.start(project, "A", [
    write(path, "one\n"),
    read(path),
    edit(path, "one", "two"),
    call("Bash", { command: "echo from Bash" }),
    say("done"),
  ]);
  const { code, hooks } = await client.ended;
  bench.equal("the session ends well", code, 0);
  const results = bench.model.shown("A").flatMap((round) => round.results);
  bench.equal(
    "every tool call works",
    results.map((one) => `${one.tool} ${one.isError}`),
    ["Write false", "Read false", "Edit false", "Bash false"],
  );
  bench.equal("the file is written and edited", project.content(FILE), "two\n");
  return hooks;
}

/** `local` and `user` name the binary by its path: the client says for itself that it is not there. */
async function playLocal(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, undefined);
  const binary = join(project.side, "coord");
  copyFileSync(bench.bins.coord, binary);
  install(project, binary, "local", "tool");
  rmSync(binary);
  await work(bench, project);
}

/** `project` is shared with people who may not have coord: for them it is one line at the start, and then silence. */
async function playProject(bench: Bench): Promise<void> {
  const project = bench.project({ "README.md": "A project.\n" }, { scope: "project", hold: "tool" });
  project.withdraw();
  const settings = project.content(".claude/settings.json");
  bench.check(
    "the shared settings hold no absolute path",
    !settings.includes(bench.bins.coord) && !settings.includes(project.dir),
  );
  const printed = (await work(bench, project)).filter((hook) => `${hook.stdout}${hook.stderr}`.trim() !== "");
  bench.equal(
    "only SessionStart prints anything",
    printed.map((hook) => hook.event),
    ["SessionStart"],
  );
  const line = printed.map((hook) => `${hook.stdout}${hook.stderr}`.trim()).join("\n");
  bench.check("that is one line, and it names coord", line.includes("coord") && !line.includes("\n"), line);
  const shown = textOf(bench.model.shown("A"));
  bench.check("the model meets no hook error", !/hook error/i.test(shown), shown.slice(-3000));
}

const variant = (scope: string, play: Scenario["play"]): Scenario => ({
  letter: "i",
  title: "without coord's binary in place the session still works",
  variant: `scope ${scope}`,
  deadlineMs: 30_000,
  play,
});

export const withoutBinary: readonly Scenario[] = [variant("local", playLocal), variant("project", playProject)];
