/** Marks that keep a hook from telling a session's user the same trouble twice. */
import { EXIT_CODES } from "../domain/errors.ts";
import type { Sys } from "../platform/sys/types.ts";
import { layoutOf } from "../store/file/layout.ts";
import { locateWorkspace, type Env } from "./workspace.ts";

/** Whose marks, and from where its hooks are called. */
export interface Marked {
  readonly sys: Sys;
  readonly env: Env;
  readonly cwd: string;
  readonly sessionId: string;
}

/** Where the marks lie, by cause: beside the state, or in the system's scratch folder if that is what fails. */
export interface Marks {
  readonly inside: (cause: string) => string;
  readonly outside: (cause: string) => string;
}

export function marksOf({ sys, env, cwd, sessionId }: Marked): Marks {
  const { tmp } = layoutOf(locateWorkspace(sys, env, cwd).stateDir);
  const name = (cause: string): string =>
    `told-${new Bun.CryptoHasher("sha256").update(`${sessionId}\0${cause}`).digest("hex").slice(0, 24)}`;
  return {
    inside: (cause) => `${tmp}/${name(cause)}`,
    outside: (cause) => `${env["TMPDIR"] || "/tmp"}/coord-${sys.uid()}-${name(cause)}`,
  };
}

/** A session that has ended needs no marks. */
export function removeMarks(marked: Marked): void {
  const { inside, outside } = marksOf(marked);
  for (const cause of Object.keys(EXIT_CODES)) {
    marked.sys.unlink(inside(cause));
    marked.sys.unlink(outside(cause));
  }
}
