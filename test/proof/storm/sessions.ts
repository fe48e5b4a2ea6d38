/**
 * A session in the storm: it reads counters and writes them as the client would, goes on after hooks that were killed,
 * and crashes itself now and then. What coord must not have let happen is noted.
 */
import type { Begun } from "../linear/decision-adders.ts";
import { descriptionOf } from "../linear/decision-adders.ts";
import type { Told } from "../../hooks/hook.ts";
import { BINARY, type Client, type Project } from "../../hooks/project.ts";
import { readResponse, session, type Session } from "../../hooks/session.ts";
import * as v from "valibot";
import { COUNTERS, END, withLine } from "./counters.ts";
import { hasWritten, holdsLock } from "./published.ts";
import { wasKilled, type Striker } from "./strike.ts";

export interface Storm {
  readonly project: Project;
  readonly striker: Striker;
  readonly draw: () => number;
  readonly isOver: () => boolean;
  readonly counters: readonly string[];
  /** By counter: the lines that were written under a grant. */
  readonly written: Map<string, string[]>;
  /** By counter: who was granted it and has not begun to give it back. */
  readonly holders: Map<string, string>;
  readonly faults: string[];
  readonly decisions: Begun;
  /** Sessions that were acknowledged, have not ended and whose clients live. */
  readonly registered: Set<string>;
  readonly counts: { granted: number; denied: number; crashed: number; recorded: number };
}

const CRASH = 0.12;
const TURNS = 4;
const CALLS = 3;
const SUBAGENT = 0.15;
const DECIDES = 0.1;
const EDITS = 0.4;
/** A tool takes up to so long between reading and writing. */
const TOOL_MS = 4;

const CRASHED = "crashed here";

interface Life {
  readonly storm: Storm;
  readonly session: Session;
  readonly client: Client;
}

/** From its start to its end or crash, or until the storm is over. */
export async function playSession(storm: Storm): Promise<void> {
  const client = storm.project.client();
  const main = session(storm.project, { client, run: storm.striker.hook });
  const life: Life = { storm, session: main, client };
  try {
    if ((await survive(life, () => main.start())) !== undefined) storm.registered.add(main.id);
    for (let turn = 0; turn < 1 + storm.draw() * TURNS && !storm.isOver(); turn += 1) await playTurn(life, turn);
    if (storm.isOver()) return;
    storm.registered.delete(main.id);
    await survive(life, () => main.end());
    await client.kill();
  } catch (error) {
    if (!(error instanceof Error && error.message === CRASHED)) throw error;
  }
}

async function playTurn(life: Life, turn: number): Promise<void> {
  const { storm, session: main } = life;
  const { draw } = storm;
  await survive(life, () => main.prompt(`Count in turn ${turn}`));
  const helps = draw() < SUBAGENT;
  const who = helps ? main.subagent(`a${turn}`) : main;
  if (helps) await survive(life, () => who.start());
  for (let call = 0; call < draw() * CALLS && !storm.isOver(); call += 1) {
    await playCall(life, who, `${who.id}/${turn}/${call}`);
    giveUp(life, who);
    await survive(life, () => who.batch());
  }
  if (draw() < DECIDES) await decide(life, `${main.id} ${turn}`);
  if (helps) await survive(life, () => who.stop());
  await survive(life, () => main.stop());
}

/** Reads a counter and adds a line to it, if coord lets it. */
async function playCall(life: Life, who: Session, line: string): Promise<void> {
  const { storm } = life;
  const { project, draw } = storm;
  const file = storm.counters[Math.floor(draw() * storm.counters.length)] ?? COUNTERS[0];
  const path = project.path(file);
  const reading = await attempt(life, () => who.begin("Read", { file_path: path }));
  const read = project.content(file);
  const response = readResponse(project, file);
  if (reading !== undefined) await survive(life, () => who.finish(reading, response));
  const edits = draw() < EDITS;
  const input = edits
    ? { file_path: path, old_string: END, new_string: `${line}\n${END}`, replace_all: false }
    : { file_path: path, content: withLine(read, line) };
  const call = await attempt(life, () => who.begin(edits ? "Edit" : "Write", input));
  // A hook that was killed, or could not do its work and said so, has granted nothing.
  if (call === undefined || call.told.message !== undefined) return;
  if (call.told.denied !== undefined) {
    storm.counts.denied += 1;
    return;
  }
  storm.counts.granted += 1;
  const other = storm.holders.get(file);
  if (other !== undefined && other !== who.id)
    storm.faults.push(`${file} was granted to ${who.id} while ${other} had it`);
  storm.holders.set(file, who.id);
  if (!holdsLock(project.state, file, who.id)) storm.faults.push(`${who.id} was granted ${file}, and no lock says so`);
  // An Edit is made in what is there; a Write brings what was read.
  const base = project.content(file);
  if (!edits && base !== read) storm.faults.push(`${who.id} may write ${file}, which has changed since it was read`);
  await Bun.sleep(draw() * TOOL_MS);
  project.write(file, withLine(edits ? base : read, line));
  storm.written.set(file, [...(storm.written.get(file) ?? []), line]);
  const told = await survive(life, () => who.finish(call));
  if (told === undefined || told.message !== undefined) return;
  storm.counts.recorded += 1;
  if (!hasWritten(project.state, file, who.id))
    storm.faults.push(`${who.id} has written ${file}, and no ledger says so`);
}

const answerSchema = v.looseObject({ decision_id: v.string() });

async function decide({ storm, session: main }: Life, title: string): Promise<void> {
  const { project, striker, decisions } = storm;
  decisions.set(title, undefined);
  const words = ["--category", "testing", "--title", title, "--description", descriptionOf(title)];
  const argv = [BINARY, "decisions", "add", ...words, "--as", main.id, "--json"];
  const { exitCode, signal, stdout, stderr } = await striker.start(argv, { cwd: project.dir, env: project.env }, "");
  if (stdout.endsWith("\n"))
    decisions.set(title, v.parse(v.pipe(v.string(), v.parseJson(), answerSchema), stdout).decision_id);
  else if (signal !== "SIGKILL") storm.faults.push(`"decisions add" ended with ${exitCode}: ${stderr}`);
}

/** Before its next event that may give locks back. */
function giveUp({ storm }: Life, who: Session): void {
  for (const [file, holder] of storm.holders) if (holder === who.id) storm.holders.delete(file);
}

/** The step, or undefined where its hook was killed; then the session may crash too. */
async function attempt<T>(life: Life, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!wasKilled(error)) throw error;
    if (life.storm.draw() < CRASH) await crash(life);
    return undefined;
  }
}

function survive(life: Life, step: () => Promise<Told>): Promise<Told | undefined> {
  return attempt(life, step);
}

async function crash(life: Life): Promise<never> {
  const { storm, session: main, client } = life;
  storm.counts.crashed += 1;
  storm.registered.delete(main.id);
  // Its locks end with it, its subagents' too.
  for (const [file, holder] of storm.holders) if (holder.startsWith(main.id)) storm.holders.delete(file);
  await client.kill();
  throw new Error(CRASHED);
}
