/** What every binary must be able to do: say its version, take a lock, answer a hook. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { startClient } from "../stand-in/client.ts";
import { preToolUse } from "../stand-in/events.ts";
import { layProject, removeProject } from "../stand-in/project.ts";
import { writeCall } from "../stand-in/tools.ts";

export type Check = (sentence: string, holds: boolean, detail?: string) => void;

const ListSchema = v.object({ locks: v.array(v.object({ file_path: v.string() })) });

export async function checkBinary(coord: readonly string[], version: string, check: Check): Promise<void> {
  const project = layProject(tmpdir(), "project", { "src/a.ts": "export const a = 1;\n" });
  const clients = [startClient(coord, project), startClient(coord, project)] as const;
  const run = (...args: string[]): { readonly out: string; readonly all: string; readonly code: number | null } => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([...coord, ...args], {
      cwd: project.top,
      env: project.env,
      stdin: "ignore",
    });
    const out = stdout.toString();
    return { out, all: `exit ${exitCode}: ${out}${stderr.toString()}`, code: exitCode };
  };
  try {
    const said = run("--version");
    check(`--version says ${version}`, said.code === 0 && said.out.trim().endsWith(version), said.all);

    const made = run("init");
    check("init makes the state folder", made.code === 0, made.all);
    writeFileSync(join(project.top, ".claude/coordination/config.json"), '{"hold":"turn"}\n');

    const acquired = run("lock", "acquire", "src/a.ts", "--as", "smoke", "--json");
    check("lock acquire takes a lock", acquired.code === 0, acquired.all);
    const listed = run("lock", "list", "--json");
    check("lock list shows it", pathsIn(listed.out).join() === "src/a.ts", listed.all);

    const asks = clients.map(({ session, hook }) =>
      hook("check", preToolUse(session, writeCall(join(project.top, "src/b.ts"), "b\n"))),
    );
    check("hook check grants a path to one session", asks[0]?.kind === "nothing", JSON.stringify(asks[0]));
    check("hook check denies it to another", asks[1]?.kind === "denied", JSON.stringify(asks[1]));
  } finally {
    for (const client of clients) await client.kill();
    removeProject(project);
  }
}

function pathsIn(json: string): readonly string[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ListSchema), json);
  return parsed.success ? parsed.output.locks.map((lock) => lock.file_path) : [];
}
