/** Two sessions in one project, from the first prompt to the last lock. */
import { readFileSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import { sessionInstanceId } from "../../src/app/identity.ts";
import { postToolUse, sessionEnd, sessionStart, stop, userPromptSubmit } from "../stand-in/events.ts";
import { editCall, readCall } from "../stand-in/tools.ts";
import type { Actor, Stage } from "./stage.ts";

const LOGIN = "src/login.ts";
const MAIL = "src/mail.ts";
const API = "src/api.ts";
const GRANTED = { kind: "nothing", as: "granted, silently" } as const;
const SILENT = { kind: "nothing" } as const;

const OF_A = 'export const login = "by A";\nexport const tries = 3;\n';
const OF_B = 'export const login = "by B";\nexport const tries = 3;\n';

const ListSchema = v.object({ locks: v.optional(v.array(v.unknown())), instances: v.optional(v.array(v.unknown())) });

export async function play(on: Stage, a: Actor, b: Actor): Promise<void> {
  meet(on, a, b);
  overwrite(on, a, b);
  await crash(on, a, b);
  on.screen.heading("coord status");
  on.screen.quote(on.coord("status").replaceAll(/\n\n+/g, "\n"));
  on.event(b, "cleanup", sessionEnd(b.client.session), "SessionEnd", SILENT);
  on.claim("Nothing is left: no lock, no instance", isEmpty(on));
}

function meet(on: Stage, a: Actor, b: Actor): void {
  const { session } = a.client;
  on.screen.heading("1. A works on a file and keeps it until its turn ends (hold = turn)");
  on.event(a, "init", sessionStart(session), "SessionStart", SILENT);
  on.event(a, "heartbeat", userPromptSubmit(session, "Add the login"), 'UserPromptSubmit "Add the login"', SILENT);
  on.write(a, LOGIN, OF_A, GRANTED);

  on.screen.heading("2. B comes to the same project, and learns who is here; what A holds, it cannot write");
  const idOfA = sessionInstanceId(session.id);
  const told = { kind: "context", says: [idOfA, "Add the login", LOGIN] } as const;
  on.event(b, "init", sessionStart(b.client.session), "SessionStart", told);
  on.silent(b, "heartbeat", userPromptSubmit(b.client.session, "Send the mails"));
  on.write(b, LOGIN, OF_B, { kind: "denied", says: [`held by ${idOfA}`, "To wait:", LOGIN] });
  on.write(b, MAIL, "export const mail = 1;\n", GRANTED);
  on.claim(`${LOGIN} is still what A wrote`, readFileSync(on.path(LOGIN), "utf8") === OF_A);
}

function overwrite(on: Stage, a: Actor, b: Actor): void {
  const [idOfA, idOfB] = [sessionInstanceId(a.client.session.id), sessionInstanceId(b.client.session.id)];
  on.screen.heading("3. A's turn ends. The file is free, but B has never seen what A wrote");
  on.event(a, "release", stop(a.client.session), "Stop", SILENT);
  on.write(b, LOGIN, OF_B, { kind: "denied", says: [`changed by ${idOfA}`, "not seen"] });
  const read = postToolUse(b.client.session, readCall(on.path(LOGIN), OF_A));
  on.event(b, "heartbeat", read, `PostToolUse Read ${LOGIN}`, SILENT);
  on.write(b, LOGIN, OF_B, GRANTED);
  on.silent(b, "release", stop(b.client.session));

  on.screen.heading("4. A edits a line that B left alone: nothing is lost, so it passes, with a note");
  const edit = editCall(on.path(LOGIN), OF_B, "tries = 3", "tries = 5");
  on.tool(a, edit, LOGIN, OF_B.replace("tries = 3", "tries = 5"), {
    kind: "context",
    says: [`changed by ${idOfB}`],
  });
  const after = readFileSync(on.path(LOGIN), "utf8");
  on.claim("Both changes are in the file", after.includes("by B") && after.includes("tries = 5"));
}

async function crash(on: Stage, a: Actor, b: Actor): Promise<void> {
  on.screen.heading("5. A is killed with SIGKILL while it holds a file: the next one gets it at once");
  on.write(a, API, "export const api = 1;\n", GRANTED);
  on.write(b, API, "export const api = 2;\n", { kind: "denied", says: ["held by"], briefly: true });
  await a.client.kill();
  const killed = Bun.nanoseconds();
  const edit = editCall(on.path(API), "export const api = 1;\n", "api = 1", "api = 2");
  const note = {
    kind: "context",
    says: ["changed by", sessionInstanceId(a.client.session.id)],
    briefly: true,
  } as const;
  on.tool(b, edit, API, "export const api = 2;\n", note);
  const ms = Math.round((Bun.nanoseconds() - killed) / 1e6);
  on.claim(`B's edit was done ${ms} ms after the kill`, ms < 2000);
}

function isEmpty(on: Stage): boolean {
  const { locks = [] } = v.parse(ListSchema, JSON.parse(on.coord("lock", "list", "--json")));
  const { instances = [] } = v.parse(ListSchema, JSON.parse(on.coord("instance", "list", "--json")));
  return locks.length === 0 && instances.length === 0;
}

/** A project with state, in which writes hold their locks for a turn, so that there is something to meet. */
export function setUp(on: Stage): void {
  on.screen.line(`coord init   ${on.coord("init")}`);
  writeFileSync(on.path(".claude/coordination/config.json"), `${JSON.stringify({ hold: "turn" })}\n`);
}
