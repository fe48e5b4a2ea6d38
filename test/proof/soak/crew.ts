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
  /** How many sessions have ended and been followed by another. */
  readonly replaced: () => number;
  /** Another session takes the place of one that has ended, with a package of its own. */
  readonly replace: (place: number) => Promise<void>;
}

/** `claims`: how many paths each holds from its start to its end. */
export async function hire(project: Project, size: number, claims: number): Promise<Crew> {
  const native = await loadNative();
  let packages = 0;
  const arrive = async (): Promise<Session> => {
    const one = session(project);
    packages += 1;
    const env = { ...project.env, CLAUDE_PID: `${one.client.pid}` };
    const app = await openApp({ native, env, cwd: project.dir });
    const me = hookIdentity(app, { sessionId: one.sessionId, agentId: undefined, agentType: undefined });
    const paths = Array.from({ length: claims }, (_, i) => `packages/p${packages}/file-${i}.ts`);
    for (const path of paths) {
      await acquireLocks([{ app, me, paths: [path] }], { intent: "Refactor it", ttlMs: undefined });
    }
    return one;
  };
  const sessions: Session[] = [];
  for (let i = 0; i < size; i += 1) sessions.push(await arrive());
  return {
    size,
    at: (place) => {
      const one = sessions[place];
      if (one === undefined) throw new Error(`nobody at ${place}`);
      return one;
    },
    replaced: () => packages - size,
    replace: async (place) => {
      sessions[place] = await arrive();
    },
  };
}
