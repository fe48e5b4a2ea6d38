/** What `coord doctor` says of the state folder, and what `--fix` does about it. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { entries, faults, instances } from "../hooks/state.ts";
import { coord, HANGS_MS, json, jsonError, locksSchema } from "./cli.ts";
import { examined, must, onlyTrouble, soundProject, troubles, type } from "./examined.ts";

const PRIVATE = { mode: 0o600 };

function well(project: Project): void {
  expect(troubles(examined(project))).toEqual([]);
}

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test(
  "a guard that has no token and cannot be made anew is an error; the refusal leads here, and the line mends it",
  () => {
    using project = soundProject();
    must(coord(project, ["lock", "cleanup"]));
    renameSync(join(project.state, "guard/free"), join(project.state, "guard/free (conflicted copy)"));
    const { code, hint } = jsonError(project, ["lock", "acquire", "a.ts"]);
    expect([code, hint]).toEqual(["GUARD_BUSY", "try again; if it stays so: coord doctor"]);
    const report = examined(project);
    expect(troubles(report)).toEqual(["guard error", "proof error"]);
    type(project, report.findings.find(({ check }) => check === "guard")?.next ?? "");
    well(project);
    expect(coord(project, ["lock", "acquire", "a.ts"]).code).toBe(0);
  },
  HANGS_MS,
);

describe("the state folder", () => {
  test("that is missing is an error; init and --fix both make it", () => {
    for (const line of ["", "coord doctor --fix"]) {
      using project = soundProject();
      rmSync(project.state, { recursive: true });
      const { check, level, next } = onlyTrouble(project);
      expect([check, level, next]).toEqual(["permissions", "error", "coord init"]);
      type(project, line || next);
      well(project);
    }
  });

  test("that everybody may write to is an error, and the line closes it", () => {
    using project = soundProject();
    chmodSync(project.state, 0o777);
    const { check, level, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["permissions", "error"]);
    type(project, next);
    well(project);
  });

  test("with folders and files that others may look at is told, and --fix closes them, but for what comes from git", () => {
    using project = soundProject();
    project.configure({});
    chmodSync(join(project.state, "config.json"), 0o644);
    chmodSync(project.state, 0o755);
    chmodSync(join(project.state, "locks"), 0o750);
    writeFileSync(join(project.state, "floor.json"), '{"schema_version":"1.0.0","fence_floor":0}\n', { mode: 0o644 });
    expect(troubles(examined(project))).toEqual(["permissions warning", "permissions warning", "permissions warning"]);
    const { fixed } = examined(project, ["--fix"]);
    expect(fixed.length).toBe(3);
    well(project);
    expect([mode(project.state), mode(join(project.state, "locks")), mode(join(project.state, "floor.json"))]).toEqual([
      "700",
      "700",
      "600",
    ]);
    expect(mode(join(project.state, "config.json"))).toBe("644");
  });

  test("with a link in place of a folder is an error that --fix does not follow, and the line moves it aside", () => {
    using project = soundProject();
    const elsewhere = join(project.root, "elsewhere");
    mkdirSync(elsewhere, { mode: 0o755 });
    writeFileSync(join(elsewhere, "mine"), "mine", { mode: 0o644 });
    rmSync(join(project.state, "tmp"), { recursive: true });
    symlinkSync(elsewhere, join(project.state, "tmp"));
    const { fixed } = examined(project, ["--fix"]);
    expect(fixed).toEqual([]);
    expect([mode(elsewhere), mode(join(elsewhere, "mine"))]).toEqual(["755", "644"]);
    const { check, level, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["permissions", "error"]);
    type(project, next);
    well(project);
    expect(readdirSync(elsewhere)).toEqual(["mine"]);
  });

  test("with a folder that its owner may not write to is told, also to root, and --fix opens it", () => {
    using project = soundProject();
    chmodSync(join(project.state, "tmp"), 0o500);
    expect(troubles(examined(project)).length).toBeGreaterThan(0);
    examined(project, ["--fix"]);
    well(project);
  });
});

describe("leftovers", () => {
  test("of a session that was killed are told, and cleanup removes them", async () => {
    using project = soundProject();
    const client = project.client();
    must(coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "a", "--pid", `${client.pid}`]));
    must(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]));
    well(project);
    await client.kill();
    expect(troubles(examined(project))).toEqual(["leftovers warning", "leftovers warning"]);
    const [first] = examined(project).findings.filter(({ level }) => level !== "ok");
    type(project, first?.next ?? "false");
    well(project);
  });

  test("that --fix removes are each named", async () => {
    using project = soundProject();
    const client = project.client();
    must(coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "a", "--pid", `${client.pid}`]));
    must(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]));
    await client.kill();
    const { fixed, findings } = examined(project, ["--fix"]);
    expect(fixed.join("\n")).toMatch(/instance that had ended: a\b/);
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(json(project, locksSchema, ["lock", "list"]).locks).toEqual([]);
  });

  test("in tmp/ are told: ours go with cleanup, others are moved by who put them there", () => {
    using project = soundProject();
    const tmp = join(project.state, "tmp");
    const old = (name: string): void => {
      writeFileSync(join(tmp, name), "", PRIVATE);
      utimesSync(join(tmp, name), 1, 1);
    };
    old("0123456789ab-1a-2b");
    type(project, onlyTrouble(project).next);
    well(project);
    old("notes.txt");
    const { next } = onlyTrouble(project);
    must(coord(project, ["doctor", "--fix"]));
    expect(entries(tmp)).toEqual(["notes.txt"]);
    type(project, next);
    well(project);
  });

  test("in corrupt/ are told", () => {
    using project = soundProject();
    writeFileSync(join(project.state, "corrupt/1.a.json"), "{", PRIVATE);
    writeFileSync(join(project.state, "corrupt/1.a.json.reason"), "no JSON", PRIVATE);
    const { check, next } = onlyTrouble(project);
    expect(check).toBe("leftovers");
    type(project, next.replace("then: ", ""));
    well(project);
  });

  test("of a change of several paths are finished by --fix, which says so", () => {
    using project = soundProject();
    writeFileSync(join(project.state, "journal.json"), '{"schema_version":"1.0.0","parts":[]}\n', { mode: 0o600 });
    const { check, level, next } = onlyTrouble(project);
    expect([check, level, next]).toEqual(["leftovers", "warning", "coord doctor --fix"]);
    writeFileSync(join(project.state, "journal.json"), '{"schema_version":"1.0.0","parts":[]}\n', { mode: 0o600 });
    expect(examined(project, ["--fix"]).fixed).toEqual(["Finished a change of several paths that was half done"]);
    expect(faults(project.state)).toEqual([]);
  });
});

describe("the guard", () => {
  const FOREIGN = "held.otherhost.otherboot.1.4242.77.abcdef";

  function hold(project: Project, name: string): void {
    const guard = join(project.state, "guard");
    rmSync(guard, { recursive: true, force: true });
    mkdirSync(guard, { mode: 0o700 });
    writeFileSync(join(guard, name), "", PRIVATE);
  }

  function guardFinding(project: Project) {
    return examined(project).findings.find(({ check, level }) => check === "guard" && level !== "ok");
  }

  test("that another machine holds is an error with the exact line; --fix does not break it", () => {
    using project = soundProject();
    hold(project, FOREIGN);
    examined(project, ["--fix"]);
    expect(entries(join(project.state, "guard"))).toEqual([FOREIGN]);
    const found = guardFinding(project);
    expect(found?.level).toBe("error");
    const [line = "false"] = /coord doctor --break-guard \S+$/.exec(found?.next ?? "") ?? [];
    type(project, line);
    well(project);
  }, 60_000);

  test("that a process holds which is dead is a warning, and the next change takes it", () => {
    using project = soundProject();
    must(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]));
    const client = project.client();
    must(coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "b", "--pid", `${client.pid}`]));
    const me = instances(project.state).find(({ instance_id }) => instance_id === "b")?.process;
    must(coord(project, ["instance", "unregister", "--as", "b"]));
    if (me === undefined || me === null) throw new Error("Not bound");
    hold(project, `held.${me.host}.${me.boot}.${me.pidns}.${me.pid}.1.abcdef`);
    const found = guardFinding(project);
    expect(found).toMatchObject({ level: "warning" });
    well(project);
  });

  test("that is held under a name which coord does not give is an error, and the line frees it", () => {
    using project = soundProject();
    hold(project, "held.by me");
    const found = guardFinding(project);
    expect(found?.level).toBe("error");
    type(project, found?.next ?? "false");
    well(project);
  }, 60_000);

  test("of which there are two tokens is told", () => {
    using project = soundProject();
    hold(project, FOREIGN);
    writeFileSync(join(project.state, "guard/free"), "", PRIVATE);
    expect(examined(project).findings.filter(({ check }) => check === "guard").length).toBe(2);
    type(project, `coord doctor --break-guard ${FOREIGN}`);
    must(coord(project, ["lock", "cleanup"]));
    well(project);
  }, 60_000);

  test("is not broken and repaired in one go", () => {
    using project = soundProject();
    expect(jsonError(project, ["doctor", "--fix", "--break-guard", FOREIGN]).exit_code).toBe(2);
  });
});

test("records from the future are told, and the lines remove them", () => {
  using project = soundProject();
  must(coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "a"]));
  must(coord(project, ["lock", "acquire", "a.ts", "--as", "a", "--ttl", "10m"]));
  for (const folder of ["heartbeats", "locks"]) {
    for (const name of entries(join(project.state, folder))) {
      const path = join(project.state, folder, name);
      const text = readFileSync(path, "utf8").replaceAll(
        /"(pinged|granted|renewed)":\{"wall_ms":\d+,"mono_ms":\d+/g,
        '"$1":{"wall_ms":9000000000000,"mono_ms":9000000000000',
      );
      writeFileSync(path, text);
    }
  }
  const { findings } = examined(project);
  const found = findings.filter(({ level }) => level !== "ok");
  expect(found.map(({ check }) => check)).toEqual(["clocks", "clocks"]);
  for (const { next } of found.toReversed()) type(project, next ?? "false");
  well(project);
});

test("what is no decision in the decision log is told, and the line moves it out; nothing else is moved", () => {
  using project = soundProject();
  must(coord(project, ["decisions", "add", "--category", "api", "--title", "T", "--description", "D"]));
  const [month = ""] = entries(join(project.state, "decisions"));
  const folder = join(project.state, "decisions", month);
  const [good = ""] = entries(folder);
  well(project);
  writeFileSync(join(folder, "notes.md"), "mine");
  writeFileSync(join(folder, good.replace(/.{11}$/, "000000.json")), "{");
  const found = examined(project).findings.filter(({ level }) => level !== "ok");
  expect(found.map(({ check, level }) => [check, level])).toEqual([
    ["decisions", "warning"],
    ["decisions", "warning"],
  ]);
  for (const { next } of found) type(project, next ?? "false");
  well(project);
  expect(entries(folder)).toEqual([good]);
  expect(readFileSync(join(project.env["HOME"] ?? "", "notes.md"), "utf8")).toBe("mine");
});

test("--fix lays the schemas and .gitignore anew, and a second time has nothing to do", () => {
  using project = soundProject();
  rmSync(join(project.state, ".gitignore"));
  writeFileSync(join(project.state, "schemas/lock.schema.json"), "{}");
  expect(examined(project, ["--fix"]).fixed.length).toBe(2);
  expect(existsSync(join(project.state, ".gitignore"))).toBe(true);
  expect(examined(project, ["--fix"]).fixed).toEqual([]);
});

describe("anywhere", () => {
  test("without state, outside git and without HOME it says what to type, and makes nothing", () => {
    using project = layProject({ git: false, state: false });
    const env = { PATH: project.env["PATH"] ?? "" };
    const ran = Bun.spawnSync([join(import.meta.dir, "../../dist/coord"), "doctor"], { cwd: project.dir, env });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr.toString()).toBe("");
    expect(ran.stdout.toString()).toContain("Next: ");
    expect(readdirSync(project.dir)).toEqual([]);
  });

  test("in the home folder it makes nothing, and sends the user to a project", () => {
    using project = soundProject();
    const cwd = project.env["HOME"] ?? "";
    const before = readdirSync(cwd, { recursive: true });
    const { findings, fixed } = examined(project, ["--fix"], { cwd });
    expect(findings[0]).toMatchObject({ level: "warning", next: "in a project: coord doctor" });
    expect(fixed).toEqual([]);
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
  });

  test("people get a line for each finding, what to type beneath it, and a summary", () => {
    using project = soundProject();
    expect(coord(project, ["doctor"]).out).toMatch(
      /^ok {7}The state folder is yours alone[^]*\nAll \d+ checks passed\n$/,
    );
    rmSync(project.state, { recursive: true });
    expect(coord(project, ["doctor"]).out).toMatch(
      /^error {4}No state folder[^\n]*\n {2}Next: coord init\n[^]*\n1 error, 0 warnings, \d+ ok\n$/,
    );
  });

  test("foreign names reach a terminal escaped", () => {
    using project = soundProject();
    writeFileSync(join(project.state, "tmp/\u001b[31mx"), "");
    utimesSync(join(project.state, "tmp/\u001b[31mx"), 1, 1);
    expect(coord(project, ["doctor"]).out).not.toContain("\u001b");
  });
});

test("--fix ends nothing by the defaults where the configuration that says how long cannot be read", () => {
  using project = soundProject();
  project.configure({ ttl: "4h", stale_after: "4h" });
  must(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]));
  // Ten minutes ago: longer than the defaults allow.
  for (const folder of ["heartbeats", "locks"]) {
    for (const name of entries(join(project.state, folder))) {
      const path = join(project.state, folder, name);
      const text = readFileSync(path, "utf8").replaceAll(
        /"(wall_ms|mono_ms)":([\d.]+)/g,
        (_, clock: string, ms: string) => `"${clock}":${Number(ms) - 600_000}`,
      );
      writeFileSync(path, text);
    }
  }
  const held = (): readonly string[] =>
    json(project, locksSchema, ["lock", "list"]).locks.map((lock) => lock.file_path);
  expect(held()).toEqual(["a.ts"]);
  writeFileSync(join(project.state, "config.json"), '{"ttl":"4h","stale_after":"4h","hodl":1}');
  coord(project, ["doctor", "--fix"]);
  project.configure({ ttl: "4h", stale_after: "4h" });
  expect(held()).toEqual(["a.ts"]);
});
