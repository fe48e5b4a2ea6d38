/** Command lines typed in the process of the test, for numbers, and what holds of the answer to any of them. */
import { expect, spyOn } from "bun:test";
import { runCli } from "../../src/cli/root.ts";
import { EXIT_CODES } from "../../src/domain/errors.ts";
import { escapeForTerminal } from "../../src/domain/visible.ts";
import { laySandbox } from "../golden/sandbox.ts";
import { HIDDEN } from "../hooks/hook.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Until it is disposed of, this process stands in a project of its own, and nothing is printed. */
export interface InProcess extends Disposable {
  /** In the environment of the project, with these variables besides. */
  readonly run: (words: readonly string[], env?: Env) => Promise<Ran>;
}

export function inProcess(): InProcess {
  const before = { cwd: process.cwd(), env: { ...process.env } };
  const sandbox = laySandbox();
  process.chdir(sandbox.project.dir);
  const said = { out: "", err: "" };
  const write = spyOn(Bun, "write").mockImplementation(async (to: unknown, text: unknown) => {
    if (to === Bun.stdout) said.out += String(text);
    else if (to === Bun.stderr) said.err += String(text);
    else throw new Error("Only the two");
    return String(text).length;
  });
  return {
    run: async (words, env = {}) => {
      setEnv({ ...sandbox.env, ...env });
      said.out = said.err = "";
      const code = await runCli(words);
      return { code, ...said };
    },
    [Symbol.dispose]: () => {
      write.mockRestore();
      process.chdir(before.cwd);
      setEnv(before.env);
      sandbox[Symbol.dispose]();
    },
  };
}

function setEnv(env: Env): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
}

const CODES = new Set([0, ...Object.values(EXIT_CODES)]);
/** Everything that a message may be: what is wrong, what to type next. */
const TOLD = /^(?:coord: warn: .+\n)*Error: .+\nNext: .+\n$/;

/** A code of the table, words that can be shown and are meant for people, a next step, one document with `--json`. */
export function expectAnswer(words: readonly string[], { code, out, err }: Ran): void {
  expect(CODES).toContain(code);
  // What follows `complete --` is for the shells' scripts: a tab parts each candidate from its description.
  const isCompletion = words[0] === "complete" && words[1] === "--";
  const all = (isCompletion ? out.replaceAll(/^([^\t\n]+)\t/gm, "$1 ") : out) + err;
  expect(all.replaceAll("\n", "")).toBe(escapeForTerminal(all.replaceAll("\n", "")));
  expect(all).not.toMatch(HIDDEN);
  expect(all).not.toMatch(/\n\s+at |undefined|\[object |NaN(?!")|This is a defect of coord/);
  for (const text of [out, err]) {
    if (text.startsWith("{")) expect(typeof JSON.parse(text)).toBe("object");
  }
  if (code === 2) expect(out).toBe("");
  // At the press of a key nothing is said into the line that is being typed, whatever is wrong.
  if (code === 0 || out !== "" || isCompletion) return;
  if (err.startsWith("{")) expect(JSON.parse(err)).toMatchObject({ error: { exit_code: code } });
  else expect(err).toMatch(TOLD);
}
