/** A home of its own to install coord into, and a PATH that has nothing but what the installer may use. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ran, type Ran } from "./ran.ts";

export const SCRIPT = join(import.meta.dir, "../../scripts/release/install.sh");
/** All that the installer may use of a system; what a test leaves out is not there. */
const TOOLS = ["sh", "cat", "chmod", "cut", "grep", "gzip", "ldd", "mkdir", "mktemp", "mv", "pwd", "rm", "sed"];
const ALSO = ["sha256sum", "tar", "uname", "xz", "curl", "wget"] as const;

export interface Place extends Disposable {
  readonly root: string;
  readonly home: string;
  readonly target: string;
  /** What `uname` and other programs say here. */
  readonly fake: (name: string, script: string) => void;
  readonly run: (words?: readonly string[], env?: Readonly<Record<string, string | undefined>>) => Promise<Ran>;
}

export function place(
  shell: readonly string[],
  url: string,
  without: readonly string[] = ["wget"],
  home = "home",
): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "coord-install-")));
  const bin = join(root, "bin");
  mkdirSync(bin);
  const folder = join(root, home);
  mkdirSync(folder);
  for (const tool of [...TOOLS, ...ALSO]) {
    const path = without.includes(tool) ? null : Bun.which(tool);
    if (path !== null) symlinkSync(path, join(bin, tool));
  }
  const [program = "", ...args] = shell;
  return {
    root,
    home: folder,
    target: join(folder, ".local/bin/coord"),
    fake: (name, script) => {
      rmSync(join(bin, name), { force: true });
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    run: async (words = ["--version", "1.0.0"], env = {}) => {
      const set = { PATH: bin, HOME: folder, COORD_RELEASES: url, TMPDIR: root, ...env };
      const vars = Object.fromEntries(Object.entries(set).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
      return ran([Bun.which(program) ?? program, ...args, SCRIPT, ...words], { cwd: root, env: vars });
    },
    [Symbol.dispose]: () => {
      Bun.spawnSync(["chmod", "-R", "u+w", root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export const says = (path: string, ...words: string[]): string =>
  Bun.spawnSync([path, ...words])
    .stdout.toString()
    .trim();
/** Everything in the folder of the binary, so that nothing is left beside it. */
export const besides = (target: string): readonly string[] => readdirSync(dirname(target)).toSorted();
