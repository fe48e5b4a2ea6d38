/** Sessions that are at work all the time, each with a client that lives and a package of its own that it holds. */
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { openApp } from "../../../src/app/context.ts";
import { hookIdentity } from "../../../src/app/identity.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import type { Project } from "../../hooks/project.ts";
import { session, type Session } from "../../hooks/session.ts";

export interface Crew {
  readonly size: number;
  readonly at: (place: number) => Session;
  /** A path that the session there holds. */
  readonly own: (place: number, draw: number) => string;
  /** How many sessions have ended and been followed by another. */
  readonly replaced: () => number;
  /** Another session takes the place of one that has ended, with a package of its own. */
  readonly replace: (place: number) => Promise<void>;
}

/** `claims`: how many paths each holds from its start to its end. */
export async function hire(project: Project, size: number, claims: number): Promise<Crew> {
  const native = await loadNative();
  let packages = 0;
  const homes = new Map<Session, number>();
  const path = (at: number, i: number): string => `packages/p${at}/file-${i}.ts`;
  const arrive = async (): Promise<Session> => {
    const one = session(project);
    packages += 1;
    const env = { ...project.env, CLAUDE_PID: `${one.client.pid}` };
    const app = await openApp({ native, env, cwd: project.dir });
    const me = hookIdentity(app, { sessionId: one.sessionId, agentId: undefined, agentType: undefined });
    const mine = packages;
    for (let i = 0; i < claims; i += 1) {
      await acquireLocks([{ app, me, paths: [path(mine, i)] }], { intent: "Refactor it", ttlMs: undefined });
    }
    homes.set(one, mine);
    return one;
  };
  const sessions: Session[] = [];
  for (let i = 0; i < size; i += 1) sessions.push(await arrive());
  const at = (place: number): Session => {
    const one = sessions[place];
    if (one === undefined) throw new Error(`nobody at ${place}`);
    return one;
  };
  return {
    size,
    at,
    own: (place, draw) => path(homes.get(at(place)) ?? 0, Math.floor(draw * claims)),
    replaced: () => packages - size,
    replace: async (place) => {
      sessions[place] = await arrive();
    },
  };
}
