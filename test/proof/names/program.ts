/** What is tested: the compiled binary, or a broken variant of it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Ran } from "../../e2e/cli.ts";
import { BINARY, type Project, type Vars } from "../../hooks/project.ts";

const SOURCE = join(import.meta.dir, "../../../src");
/** Far above what any command may take: only one that hangs gets here. */
const HANGS_MS = 30_000;

/** Puts itself on a PATH as `coord`. */
export interface Program {
  readonly name: string;
  readonly layInto: (bin: string) => void;
}

export const REAL: Program = { name: "coord", layInto: (bin) => symlinkSync(BINARY, join(bin, "coord")) };

/** A module of the product, by its path below src/, and the text that takes its place; it may import the real one. */
export interface Replacement {
  readonly name: string;
  readonly module: string;
  readonly text: (real: string) => string;
}

/** coord with one module wrapped. Run by Bun from its bundle: nothing of the product is edited or copied. */
export async function mutant({ name, module, text }: Replacement): Promise<Program & Disposable> {
  const dir = mkdtempSync(join(tmpdir(), "coord-mutant-"));
  const wrapper = join(dir, "wrapper.ts");
  writeFileSync(wrapper, text(join(SOURCE, module)));
  const built = await Bun.build({
    entrypoints: [join(SOURCE, "main.ts")],
    target: "bun",
    outdir: join(dir, "out"),
    plugins: [
      {
        name: "wrap",
        setup: (build) => {
          const filter = new RegExp(`/${basename(module).replace(".", "\\.")}$`);
          build.onResolve({ filter }, ({ importer }) => (importer === wrapper ? undefined : { path: wrapper }));
        },
      },
    ],
  });
  const bundle = built.outputs.find(({ kind }) => kind === "entry-point")?.path ?? "";
  return {
    name,
    layInto: (bin) => {
      writeFileSync(join(bin, "coord"), `#!/bin/sh\nexec '${process.execPath}' '${bundle}' "$@"\n`);
      chmodSync(join(bin, "coord"), 0o755);
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export interface Seat {
  readonly project: Project;
  /** Runs `coord` with these words. */
  readonly run: (words: readonly string[], where?: Where) => Promise<Ran>;
  /** Types a line into bash. */
  readonly type: (line: string, where?: Where) => Promise<Ran>;
}

export interface Where {
  readonly cwd?: string;
  readonly env?: Vars;
  readonly stdin?: string;
}

/** A shell in the project, with the program on its PATH. */
export function seat(project: Project, program: Program): Seat {
  const bin = join(project.root, "bin");
  mkdirSync(bin);
  program.layInto(bin);
  const base = { ...project.env, PATH: `${bin}:${project.env["PATH"] ?? ""}` };
  const start = async (argv: readonly string[], { cwd, env, stdin = "" }: Where = {}): Promise<Ran> => {
    const child = Bun.spawn([...argv], {
      cwd: cwd ?? project.dir,
      env: { ...base, ...env },
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
      timeout: HANGS_MS,
      killSignal: "SIGKILL",
    });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { code: await child.exited, out, err };
  };
  return {
    project,
    run: (words, where) => start([join(bin, "coord"), ...words], where),
    type: (line, where) => start(["bash", "-c", line], where),
  };
}

/** Each item at most `lanes` at a time; the answers in the order of the items. */
export async function inLanes<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      const item = items[i];
      if (item !== undefined) answers[i] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answers;
}
