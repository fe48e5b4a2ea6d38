/** What `coord init` and `install` lay down for users of the bash edition: DESIGN section 6. */
import { expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { entries, faults } from "../hooks/state.ts";
import { coord, coordAsync } from "./cli.ts";
import { run, script, tool } from "./dropin.ts";

const NAMES = ["coord-decisions", "coord-lock", "coord-status"] as const;
const LIB = "lib/coordination.sh";

function at(project: Project, name: string): string {
  return join(project.state, name);
}

function isLaid(project: Project, binary = realpathSync(BINARY)): void {
  for (const name of NAMES) expect(readlinkSync(at(project, `bin/${name}`))).toBe(binary);
  expect(readFileSync(at(project, LIB), "utf8")).toContain(`bin='${binary.replaceAll("'", `'\\''`)}'`);
}

/** A folder as the bash edition left it: its own scripts, at the paths that ours take. */
function layScripts(project: Project): void {
  for (const name of NAMES) {
    rmSync(at(project, `bin/${name}`), { force: true });
    project.write(`.claude/coordination/bin/${name}`, `#!/bin/bash\n# the old ${name}\n`);
    chmodSync(at(project, `bin/${name}`), 0o755);
  }
  project.write(`.claude/coordination/${LIB}`, "#!/bin/bash\n# the old functions\n");
}

test("init lays down three links and the functions, and the second time changes nothing", () => {
  using project = layProject({ state: false });
  expect(coord(project, ["init"]).out).toBe(`Made: ${project.state}\n`);
  isLaid(project);
  const before = readFileSync(at(project, LIB), "utf8");
  expect(coord(project, ["init"]).out).toBe(`Already there: ${project.state}\n`);
  expect([...entries(at(project, "bin")), ...entries(at(project, "lib"))]).toEqual([...NAMES, "coordination.sh"]);
  expect(readFileSync(at(project, LIB), "utf8")).toBe(before);
  expect(faults(project.state)).toEqual([]);
  expect(project.git("status", "--porcelain", "--untracked-files=all").trim()).toBe("");
});

test("install lays them down too", () => {
  using project = layProject({ state: false });
  expect(coord(project, ["install", "--scope", "local", "--dry-run"]).code).toBe(0);
  expect(existsSync(at(project, "bin"))).toBe(false);
  expect(coord(project, ["install", "--scope", "local"]).code).toBe(0);
  isLaid(project);
});

test("scripts of the bash edition are replaced, kept under another name, and init says so", () => {
  using project = layProject();
  layScripts(project);
  const { code, out } = coord(project, ["init"]);
  expect([code, out.split("\n").slice(1)]).toEqual([
    0,
    [
      "Replaced: bin/coord-status; what was there is kept as bin/coord-status.bash-edition",
      "Replaced: bin/coord-lock; what was there is kept as bin/coord-lock.bash-edition",
      "Replaced: bin/coord-decisions; what was there is kept as bin/coord-decisions.bash-edition",
      "Replaced: lib/coordination.sh; what was there is kept as lib/coordination.sh.bash-edition",
      "",
    ],
  ]);
  isLaid(project);
  for (const name of NAMES) {
    expect(readFileSync(at(project, `bin/${name}.bash-edition`), "utf8")).toBe(`#!/bin/bash\n# the old ${name}\n`);
  }
  layScripts(project);
  coord(project, ["init"]);
  expect(entries(at(project, "lib"))).toEqual([
    "coordination.sh",
    "coordination.sh.bash-edition",
    "coordination.sh.bash-edition.1",
  ]);
});

test("of several inits at once none loses what was there", async () => {
  using project = layProject();
  layScripts(project);
  const ran = await Promise.all(Array.from({ length: 8 }, () => coordAsync(project, ["init"])));
  expect(ran.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
  isLaid(project);
  expect(readFileSync(at(project, `${LIB}.bash-edition`), "utf8")).toContain("the old functions");
  for (const name of NAMES) {
    expect(readFileSync(at(project, `bin/${name}.bash-edition`), "utf8")).toContain(`the old ${name}`);
  }
});

test("a binary that has moved is found again after init, quotes and spaces in its path included", () => {
  using project = layProject();
  const old = join(project.root, "coord");
  copyFileSync(BINARY, old);
  expect(run(project, [old, "init"]).code).toBe(0);
  isLaid(project, old);
  mkdirSync(join(project.root, `it's "new"`));
  const moved = join(project.root, `it's "new"`, "coord-linux-x64");
  renameSync(old, moved);
  // Before that the functions say what to do.
  const env = { PATH: "/usr/bin:/bin" };
  expect(script(project, "coord_heartbeat || echo $?", { env })).toEqual({
    code: 0,
    out: "1\n",
    err: 'Error: No coord binary: "coord" cannot be run\nNext: put coord on PATH, or: export COORD_BIN=/path/to/coord\n',
  });
  expect(script(project, "coord_register_instance t r", { env: { ...env, COORD_BIN: moved } }).code).toBe(0);
  const { out } = run(project, [moved, "init"]);
  expect(out).toBe(`Already there: ${project.state}\n`);
  isLaid(project, moved);
  expect(tool(project, "coord-lock", ["list"]).code).toBe(0);
  expect(script(project, "coord_register_instance t r", { env }).code).toBe(0);
});

test("a link, a folder or a file of somebody else in their places is kept", () => {
  using project = layProject();
  project.write("mine.sh", "mine\n");
  for (const name of NAMES) rmSync(at(project, `bin/${name}`));
  symlinkSync(project.path("mine.sh"), at(project, "bin/coord-lock"));
  mkdirSync(at(project, "bin/coord-status"));
  writeFileSync(at(project, "bin/coord-status/x"), "");
  symlinkSync("nowhere", at(project, "bin/coord-decisions"));
  rmSync(at(project, LIB));
  symlinkSync(project.path("mine.sh"), at(project, LIB));
  expect(coord(project, ["init"]).code).toBe(0);
  isLaid(project);
  expect(project.content("mine.sh")).toBe("mine\n");
  expect(readFileSync(at(project, "bin/coord-lock.bash-edition"), "utf8")).toBe("mine\n");
  expect(entries(at(project, "bin/coord-status.bash-edition"))).toEqual(["x"]);
  expect(readlinkSync(at(project, "bin/coord-decisions.bash-edition"))).toBe("nowhere");
});

test("folders that are links lead nowhere", () => {
  using project = layProject();
  for (const folder of ["bin", "lib"]) {
    rmSync(at(project, folder), { recursive: true });
    mkdirSync(join(project.root, folder));
    symlinkSync(join(project.root, folder), at(project, folder));
    expect(coord(project, ["init"])).toMatchObject({ code: 1, err: expect.stringContaining("not a folder but a") });
    expect(entries(join(project.root, folder))).toEqual([]);
    rmSync(at(project, folder));
  }
});
