/** Broken decision logs, each made by wrapping a part of the real one. */
import type { App } from "../../../src/app/context.ts";
import { fileStore, type FileStoreOptions } from "../../../src/store/file/file-store.ts";

export const DECISION_MUTANTS = [
  "none",
  "no guard",
  "an answer before the file is there",
  "a derived log without a second look",
] as const;
export type DecisionMutant = (typeof DECISION_MUTANTS)[number];

export function isDecisionMutant(text: string): text is DecisionMutant {
  return DECISION_MUTANTS.some((mutant) => mutant === text);
}

/** So long a name is promised that is not there yet. */
const EARLY_MS = 5;

/** `answer` is what the mutant calls that answers before it has done what it says. */
export function withDecisionMutant(app: App, mutant: DecisionMutant, answer: (id: string) => void): App {
  switch (mutant) {
    case "none":
      return app;
    case "no guard":
      return withStore(app, {
        guard: { acquire: () => ({ name: "none", takenFrom: undefined, copies: 0 }), release: () => undefined },
      });
    case "an answer before the file is there": {
      const { sys } = app;
      const early = (from: string, to: string) => {
        answer(to.slice(to.lastIndexOf("/") + 1, -".json".length));
        sys.sleepMs(EARLY_MS);
        return sys.link(from, to);
      };
      return withStore(app, { sys: { ...sys, link: early } });
    }
    case "a derived log without a second look":
      return withStore(app, { looks: 1 });
  }
  return mutant satisfies never;
}

function withStore(app: App, options: Partial<FileStoreOptions>): App {
  const store = fileStore({
    stateDir: app.workspace.stateDir,
    sys: app.sys,
    self: app.processes.self,
    judge: app.processes.judge,
    now: app.now,
    ttlMs: app.config.ttlMs,
    ...options,
  });
  return { ...app, store };
}
