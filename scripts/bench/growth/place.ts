/** A project whose state holds n of one thing, with a session at work in it. */
import { sessionStart } from "../../stand-in/events.ts";
import type { Client } from "../../stand-in/client.ts";
import type { Project } from "../../stand-in/project.ts";
import type { App } from "../../../src/app/context.ts";
import type { Identity } from "../../../src/app/identity.ts";
import { openProject, sessionOf } from "../app.ts";
import { FILES } from "../hook-round.ts";
import type { Setting } from "../setting.ts";
import type { Axis } from "./curve.ts";
import { lay } from "./lay.ts";

export interface Place {
  readonly n: number;
  readonly project: Project;
  readonly client: Client;
  readonly app: App;
  readonly me: Identity;
}

export async function layPlace(setting: Setting, axis: Axis, n: number): Promise<Place> {
  const project = setting.project(setting.disk, FILES);
  const client = setting.client(project);
  // Those who are to look stale are bound to nobody who lives.
  const app = await openProject(project, axis === "stale instances" ? undefined : client.pid);
  const me = sessionOf(app, client.session.id);
  client.hook("init", sessionStart(client.session));
  await lay(app, me, axis, n);
  return { n, project, client, app, me };
}
