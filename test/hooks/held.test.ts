import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SILENCE } from "./hook.ts";
import { BINARY, layProject, runIn, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";
import { locks } from "./state.ts";

/** A holds `file` for its turn, after a prompt. */
async function holder(project: Project, file: string): Promise<Session> {
  project.configure({ hold: "turn" });
  const a = session(project);
  await a.prompt("Rename the constants");
  expect(await a.write(file, "A's work\n")).toEqual(SILENCE);
  return a;
}

/** The commands that a denial prints, as a model would copy them. */
function commands(denied: string | undefined): { readonly wait: string; readonly diff: string } {
  const [, wait = ""] = /To wait: (.+? --timeout 60s)\. /.exec(denied ?? "") ?? [];
  const [, diff = ""] = /To see its work: (git .+)\.$/.exec(denied ?? "") ?? [];
  return { wait, diff };
}

/** As Claude's Bash tool runs it, in the session's folder. */
function shell(project: Project, of: Session, command: string, cwd = project.dir): string {
  const env = { ...project.env, CLAUDE_CODE_SESSION_ID: of.sessionId, CLAUDE_PID: String(of.client.pid) };
  return runIn(cwd, env, ["sh", "-c", command]);
}

test("a write of a held file is denied with who, what, since, until and what to do, in the fixed form", async () => {
  using project = layProject({ files: { "src/a.ts": "before\n" } });
  const a = await holder(project, "src/a.ts");
  const { denied = "" } = await session(project).write("src/a.ts", "B's work\n");
  const time = String.raw`\d\d:\d\d`;
  const form = [
    `^Not written: src/a\\.ts is held by ${a.id} \\(role "main", task "Rename the constants"\\)`,
    ` since ${time}, until ${time} unless renewed\\. Other files are free\\.`,
    String.raw` To wait: \S+ lock wait src/a\.ts --timeout 60s\. To see its work: git diff -- src/a\.ts\.$`,
  ];
  expect(denied).toMatch(new RegExp(form.join("")));
  expect(project.content("src/a.ts")).toBe("A's work\n");
  expect(locks(project.state)).toEqual([`src/a.ts turn ${a.id}`]);
});

test("a denial counts no place in a line, as long as there is none", async () => {
  using project = layProject();
  await holder(project, "a.ts");
  const { denied } = await session(project).write("a.ts", "x");
  expect(denied).not.toMatch(/\bline\b|queue/);
});

test("a denial because of a tool lock says that it may be waiting for a permission", async () => {
  using project = layProject();
  project.configure({ wait: "0ms" });
  const a = session(project);
  await a.begin("Write", { file_path: project.path("a.ts"), content: "x" });
  const { denied } = await session(project).write("a.ts", "y");
  expect(denied).toContain(`held by ${a.id}`);
  expect(denied).toContain("may be waiting for a permission");
});

test("the printed name of the binary is coord where PATH leads to it, else its whole path", async () => {
  using project = layProject();
  await holder(project, "a.ts");
  const bin = join(project.root, "bin");
  mkdirSync(bin);
  const onPath = { ...project.env, PATH: `${bin}:${project.env["PATH"] ?? ""}` };
  const withoutCoord = await session(project).write("a.ts", "x");
  expect(withoutCoord.denied).toContain(`To wait: ${BINARY} lock wait`);
  symlinkSync(BINARY, join(bin, "coord"));
  const withCoord = await session(project, { env: onPath }).write("a.ts", "x");
  expect(withCoord.denied).toContain("To wait: coord lock wait");
});

const NAMES: readonly (readonly [what: string, file: string])[] = [
  ["plain", "src/a.ts"],
  ["with spaces and quotes", 'src/it\'s a "b" $(c) `d`.ts'],
  ["that begins with a dash", "-rf"],
  ["that git would take for a pattern", ":(top)[id] *.ts"],
  ["of other letters", "src/ü 名.ts"],
  ["with a backslash", "src/a\\b.ts"],
];

for (const [what, file] of NAMES) {
  test(`the commands of a denial run as printed for a file name ${what}`, async () => {
    using project = layProject({ files: { [file]: "before\n", "sub/x": "" } });
    const a = await holder(project, file);
    const b = session(project);
    const { wait, diff } = commands((await b.write(file, "B's work\n")).denied);
    expect(shell(project, b, diff)).toContain("+A's work");
    await a.stop();
    shell(project, b, wait);
  });
}

test("the commands of a denial run as printed from a folder below the project", async () => {
  using project = layProject({ files: { "src/a b.ts": "before\n", "src/deep/x": "", "other/x": "" } });
  const a = await holder(project, "src/a b.ts");
  for (const folder of ["src", "src/deep", "other"]) {
    const cwd = project.path(folder);
    const b = session(project, { cwd });
    const { wait, diff } = commands((await b.write("src/a b.ts", "B's work\n")).denied);
    expect(shell(project, b, diff, cwd)).toContain("+A's work");
    expect(wait).toContain("lock wait");
  }
  await a.stop();
});

test("a file name that cannot be typed gets no commands", async () => {
  using project = layProject();
  await holder(project, "a\nb\u001b[31m.ts");
  const { denied } = await session(project).write("a\nb\u001b[31m.ts", "x");
  expect(denied).toContain('Not written: "a\\nb\\u{1b}[31m.ts" is held');
  expect(denied).not.toContain("To wait");
  expect(denied).not.toContain("git diff");
});
