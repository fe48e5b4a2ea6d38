/** What a scenario works with: a model, projects, sessions and checks, all of which end with it. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { startClient, type Client, type HookOutput, type Launch } from "./client.ts";
import type { Round } from "./messages.ts";
import { startModel, type Model } from "./model.ts";
import { install, layProject, type Hold, type OwnHooks, type Project, type Scope } from "./project.ts";
import type { Item } from "./script.ts";

export type Bins = { readonly client: string; readonly coord: string };

export type Bench = {
  readonly bins: Bins;
  readonly model: Model;
  /** Lays out a project; with `wire`, `coord install` has prepared it. */
  readonly project: (
    files: Readonly<Record<string, string>>,
    wire: { readonly scope: Scope; readonly hold: Hold } | undefined,
    own?: OwnHooks,
  ) => Project;
  /** Starts a session whose model plays `items`. `name` is what the model's log knows it by. */
  readonly start: (
    project: Project,
    name: string,
    items: readonly Item[],
    options?: Partial<Pick<Launch, "mode" | "task">>,
  ) => Client;
  /** Waits for a session's end and checks that neither it nor any of its hooks had trouble. */
  readonly endsWell: (client: Client) => Promise<void>;
  /** One sentence that should hold. A failed one is reported with `detail` and does not end the scenario. */
  readonly check: (sentence: string, holds: boolean, detail?: unknown) => void;
  /** The same for two values that should be equal. */
  readonly equal: (sentence: string, actual: unknown, expected: unknown) => void;
  /** Something that was measured and is shown, but not judged. */
  readonly note: (line: string) => void;
  /** Waits for a condition of the test's own; the scenario's deadline bounds it. */
  readonly until: (condition: () => boolean) => Promise<void>;
  /** The same for a file. */
  readonly appears: (file: string) => Promise<void>;
};

export type Scenario = {
  /** The letter of the list. */
  readonly letter: string;
  readonly title: string;
  /** A variant of the scenario, such as a hold mode. Empty when there is one only. */
  readonly variant: string;
  readonly deadlineMs: number;
  readonly play: (bench: Bench) => Promise<void>;
};

export type Outcome = {
  readonly checks: number;
  readonly failures: readonly string[];
  readonly notes: readonly string[];
  /** What the models were shown; for a person who has to find out why a check failed. */
  readonly transcript: string;
};

/** More than this nobody reads; scenario (j) alone would fill thousands. */
const TRANSCRIPT_LINES = 80;

const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;

/** All that a model was shown in these rounds, as one text to search. */
export function textOf(rounds: readonly Round[]): string {
  return rounds.flatMap((round) => [...round.results.map((result) => result.text), ...round.notes]).join("\n");
}

/** Successes in a few words, refusals and what hooks said in full; of a long one only the end. */
function transcriptOf(model: Model): string {
  const lines: string[] = [];
  for (const name of model.names()) {
    for (const [index, round] of model.shown(name).entries()) {
      lines.push(`    ${name}, shown after turn ${index}:`);
      for (const { tool, isError, text } of round.results) {
        lines.push(
          `      ${tool} ${isError ? "failed" : "worked"}: ${JSON.stringify(clip(text, isError ? 1000 : 80))}`,
        );
      }
      for (const note of round.notes.flatMap((text) => text.split("\n\n"))) {
        if (/hook (additional context|error)/.test(note)) lines.push(`      note: ${JSON.stringify(clip(note, 1500))}`);
      }
    }
  }
  return lines.slice(-TRANSCRIPT_LINES).join("\n");
}

/** DESIGN section 5: nothing or one JSON object on stdout, nothing on stderr, and never an `allow` or another input. */
function breach(hook: HookOutput): readonly string[] {
  if (hook.stderr !== "") return [`${hook.event} wrote to stderr: ${hook.stderr}`];
  if (hook.stdout === "") return [];
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())), hook.stdout);
  if (!answer.success) return [`${hook.event} printed something else than one JSON object: ${hook.stdout}`];
  const isTooMuch = /"permissionDecision":\s*"allow"|"decision":\s*"approve"|"updatedInput"/.test(hook.stdout);
  return isTooMuch ? [`${hook.event} decided more than it may: ${hook.stdout}`] : [];
}

/** Removes a project; says so where it stays, on purpose or because a hook that outlived its session still writes. */
function dispose(project: Project): readonly string[] {
  if (process.env["COORD_KEEP"] !== undefined) return [`kept ${project.dir}`];
  try {
    project.remove();
    return [];
  } catch (error) {
    return [`could not remove ${project.dir}: ${String(error)}`];
  }
}

/** Plays one scenario to its end or its deadline, and leaves no process, server or folder of it behind. */
export async function playScenario(scenario: Scenario, bins: Bins): Promise<Outcome> {
  const failures: string[] = [];
  const notes: string[] = [];
  const clients: Client[] = [];
  const projects: Project[] = [];
  let checks = 0;
  let over = false;
  const model = startModel();

  const check = (sentence: string, holds: boolean, detail?: unknown): void => {
    if (over) return; // what follows from the deadline itself
    checks += 1;
    if (!holds) failures.push(detail === undefined ? sentence : `${sentence}: ${clip(Bun.inspect(detail), 1500)}`);
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!over && !condition()) await sleep(10);
  };
  const equal: Bench["equal"] = (sentence, actual, expected) =>
    check(sentence, Bun.deepEquals(actual, expected), { is: actual, should: expected });
  const bench: Bench = {
    bins,
    model,
    project: (files, wire, own) => {
      const project = layProject(files, own);
      projects.push(project);
      if (wire !== undefined) install(project, bins.coord, wire.scope, wire.hold);
      return project;
    },
    start: (project, name, items, options = {}) => {
      if (over) throw new Error("The scenario is over");
      const { mode = "acceptEdits", task = `Task of ${name}.` } = options;
      const place = { project: project.dir, home: project.home, path: project.searchPath };
      const client = startClient({
        bin: bins.client,
        modelUrl: model.url,
        script: { name, items },
        mode,
        task,
        ...place,
      });
      clients.push(client);
      return client;
    },
    check,
    equal,
    endsWell: async (client) => {
      const { code, stderr, hooks } = await client.ended;
      equal(`session ${client.name} ends well`, { code, stderr: withoutOwnRace(stderr) }, { code: 0, stderr: "" });
      equal("its hooks keep to their protocol", hooks.flatMap(breach), []);
    },
    note: (line) => void notes.push(line),
    until,
    appears: (file) => until(() => existsSync(file)),
  };

  const deadline = new AbortController();
  const late = sleep(scenario.deadlineMs, "late" as const, { signal: deadline.signal }).catch(() => "ended" as const);
  const played = scenario.play(bench).then(
    () => "ended" as const,
    (error: unknown) => {
      if (!over) failures.push(`the scenario broke off: ${error instanceof Error ? error.message : String(error)}`);
      return "ended" as const;
    },
  );
  if ((await Promise.race([played, late])) === "late") failures.push(`not done within ${scenario.deadlineMs / 1000} s`);
  over = true;
  deadline.abort();
  const transcript = transcriptOf(model);
  await model.stop();
  await Promise.all(clients.map((client) => client.kill()));
  for (const project of projects) notes.push(...dispose(project));
  return { checks, failures, notes, transcript };
}

/**
 * What is not about coord: sessions that share a home write the client's own settings anew at every start, and one that
 * reads them just then finds none, says so and goes on (seen in sessions without coord too).
 */
function withoutOwnRace(stderr: string): string {
  return stderr.replaceAll(
    /\nClaude configuration file not found at: .*\nA backup file exists at: .*\nYou can manually restore it .*\n\n/g,
    "",
  );
}
