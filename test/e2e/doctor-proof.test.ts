/** `coord doctor` starts what is wired, believes only what it sees, and leaves no trace. */
import { describe, expect, test } from "bun:test";
import {
  readdirSync,
  readFileSync,
  lstatSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
  mkdirSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { sessionInstanceId } from "../../src/app/identity.ts";
import { isProbe, PROBE_CALLER, PROBE_SESSION } from "../../src/domain/probe.ts";
import { runHook, SILENCE } from "../hooks/hook.ts";
import { BINARY, until, type Project } from "../hooks/project.ts";
import { events, faults, instanceIds, locks } from "../hooks/state.ts";
import { coord, HANGS_MS } from "./cli.ts";
import { edit, examined, must, onlyTrouble, soundProject, troubles, type, userSettings } from "./examined.ts";

/** Wires a script called coord that does `body`; "$@" are the words of the hook. */
function wire(project: Project, body: string): void {
  const folder = join(project.root, "other");
  mkdirSync(folder);
  const script = join(folder, "coord");
  // It says the right version, so that nothing but the proof can know it.
  writeFileSync(script, `#!/bin/sh\n[ "$1" = --version ] && exec "${BINARY}" --version\n${body}\n`);
  chmodSync(script, 0o755);
  edit(userSettings(project), (text) => text.replaceAll(BINARY, script));
}

/** Every file below a folder with its content, but for what only derives from when it was looked at. */
function contents(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(
    names
      .filter((name) => !name.endsWith("events.jsonl"))
      .map((name) => [name, lstatSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), "utf8") : ""]),
  );
}

describe("the proof", () => {
  for (const scope of ["user", "project", "local"] as const) {
    test(`holds for what install wires in ${scope} scope`, () => {
      using project = soundProject({ state: false });
      must(coord(project, ["install", "--scope", scope]));
      const report = examined(project);
      expect(troubles(report)).toEqual([]);
      expect(report.findings.filter(({ check }) => check === "proof").map(({ level }) => level)).toEqual(["ok"]);
    });
  }

  const LIARS = [
    ["prints nothing", "cat >/dev/null; exit 0", "let the write pass without a word"],
    ["exits 1", "cat >/dev/null; exit 1", "exit code 1"],
    ["is ended by a signal", "kill -9 $$", "SIGKILL"],
    ["is another program", "cat >/dev/null; echo all is well", "something else than one JSON object"],
    [
      "allows everything",
      `echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}'`,
      "let the write pass",
    ],
    [
      "denies everything",
      `echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"No"}}'`,
      "not because of the lock",
    ],
    ["answers twice", `out=$("${BINARY}" "$@"); echo "$out"; echo "$out"`, "something else than one JSON object"],
    [
      "locks nothing that is free",
      `in=$(cat); case $in in *-free*) exit 0 ;; esac; printf %s "$in" | "${BINARY}" "$@"`,
      "Free files are not locked",
    ],
    ["denies the free file too", `sed "s/-free/-held/" | "${BINARY}" "$@"`, "Free files cannot be written"],
  ] as const;
  for (const [what, body, told] of LIARS) {
    test(`fails for a wired command that ${what}, and holds again after what it says was typed`, () => {
      using project = soundProject();
      wire(project, body);
      const { check, level, text, next } = onlyTrouble(project);
      expect([check, level]).toEqual(["proof", "error"]);
      expect(text).toContain(told);
      expect(faults(project.state)).toEqual([]);
      expect(instanceIds(project.state)).toEqual([]);
      type(project, next);
      expect(troubles(examined(project))).toEqual([]);
    });
  }

  test("fails for a wired command that hangs, and kills it with all that it started", () => {
    using project = soundProject();
    const pids = join(project.root, "pids");
    wire(project, `sleep 600 & echo $! $$ >>"${pids}"; wait`);
    const before = performance.now();
    const { text, next } = onlyTrouble(project);
    expect(performance.now() - before).toBeLessThan(HANGS_MS);
    expect(text).toContain("did not end within");
    for (const pid of readFileSync(pids, "utf8").trim().split(/\s+/)) {
      // Nobody may be there to take note of its end: a zombie runs no more.
      const state = Bun.spawnSync(["ps", "-o", "stat=", "-p", pid]).stdout.toString().trim();
      expect(state === "" || state.startsWith("Z") ? "gone" : state).toBe("gone");
    }
    type(project, next);
    expect(troubles(examined(project))).toEqual([]);
  }, 30_000);

  test("fails for a wired binary that is gone", () => {
    using project = soundProject();
    edit(userSettings(project), (text) => text.replaceAll(BINARY, "/nonexistent/coord"));
    const report = examined(project);
    expect(troubles(report)).toEqual(["proof error", "versions error"]);
    const proof = report.findings.find(({ check }) => check === "proof");
    expect(proof?.text).toContain("cannot be started");
    type(project, proof?.next ?? "false");
    expect(troubles(examined(project))).toEqual([]);
  });

  test("fails in project scope where nothing on PATH is called coord, and the line says how to change that", () => {
    using project = soundProject({ state: false });
    must(coord(project, ["install", "--scope", "project"]));
    const link = join(project.root, "bin/coord");
    unlinkSync(link);
    const report = examined(project);
    expect(troubles(report)).toEqual(["proof error", "versions error"]);
    const next = report.findings.find(({ check }) => check === "versions" && level(report, check) !== "ok");
    expect(next).toBeDefined();
    symlinkSync(BINARY, link);
    expect(troubles(examined(project))).toEqual([]);
  });
});

function level({ findings }: ReturnType<typeof examined>, check: string): string | undefined {
  return findings.find((finding) => finding.check === check && finding.level !== "ok")?.level;
}

describe("no trace", () => {
  test("is left of the proof in the project and its state", () => {
    using project = soundProject({ files: { "a.ts": "a" } });
    examined(project); // the first one makes guard/ and the like
    const before = contents(project.dir);
    const known = events(project.state).length;
    expect(troubles(examined(project))).toEqual([]);
    expect(contents(project.dir)).toEqual(before);
    // History is history, and says of nobody but the probe.
    const fresh = events(project.state).slice(known);
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.filter(({ instance }) => !isProbe(instance))).toEqual([]);
  });

  test("a session that works here is told nothing of it, neither after nor in the middle", async () => {
    using project = soundProject({ files: { "a.ts": "a" } });
    const client = project.client();
    const place = {
      cwd: project.dir,
      env: { ...project.env, CLAUDE_PROJECT_DIR: project.dir, CLAUDE_PID: String(client.pid) },
    };
    const hook = (verb: string, event: string, fields: object = {}) =>
      runHook(verb, { session_id: "neighbour", cwd: project.dir, hook_event_name: event, ...fields }, place);
    await hook("init", "SessionStart", { source: "startup" });
    expect(await hook("heartbeat", "UserPromptSubmit", { prompt: "Go on" })).toEqual(SILENCE);
    // A hook that waits keeps the proof in its middle: everything is registered and locked.
    const gate = join(project.root, "gate");
    wire(project, `"${BINARY}" "$@"; touch "${gate}.there"; while [ ! -e "${gate}" ]; do sleep 0.01; done`);
    const doctor = Bun.spawn([BINARY, "doctor"], {
      cwd: project.dir,
      env: { ...project.env },
      stdout: "ignore",
      stderr: "ignore",
      timeout: HANGS_MS,
    });
    await until("the proof is in its middle", () => readdirSync(project.root).includes("gate.there"));
    expect(instanceIds(project.state).filter(isProbe).length).toBe(2);
    expect(await hook("heartbeat", "UserPromptSubmit", { prompt: "And now?" })).toEqual(SILENCE);
    expect(await hook("init", "SessionStart", { source: "compact" })).toEqual(SILENCE);
    writeFileSync(gate, "");
    expect(await doctor.exited).toBe(0);
    expect(await hook("heartbeat", "UserPromptSubmit", { prompt: "And then?" })).toEqual(SILENCE);
    expect(instanceIds(project.state)).toEqual([sessionInstanceId("neighbour")]);
  }, 30_000);

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`is left after ${signal} in the middle of the proof`, async () => {
      using project = soundProject();
      wire(project, `touch "${project.root}/there"; sleep 600`);
      const doctor = Bun.spawn([BINARY, "doctor"], {
        cwd: project.dir,
        env: { ...project.env },
        stdout: "pipe",
        stderr: "pipe",
        timeout: HANGS_MS,
      });
      await until("the proof is in its middle", () => readdirSync(project.root).includes("there"));
      expect(locks(project.state)).toEqual([expect.stringContaining("-held claim coord-doctor-")]);
      doctor.kill(signal);
      await doctor.exited;
      expect(doctor.signalCode).toBe(signal);
      expect(await new Response(doctor.stdout).text()).toBe("");
      expect([locks(project.state), instanceIds(project.state), faults(project.state)]).toEqual([[], [], []]);
      expect(readdirSync(join(project.state, "files"))).toEqual([]);
    }, 30_000);
  }

  test("a doctor that was killed bars nobody: what it registered died with it", async () => {
    using project = soundProject();
    wire(project, `touch "${project.root}/there"; sleep 5`);
    const doctor = Bun.spawn([BINARY, "doctor"], {
      cwd: project.dir,
      env: { ...project.env },
      stdout: "ignore",
      stderr: "ignore",
    });
    await until("the proof is in its middle", () => readdirSync(project.root).includes("there"));
    doctor.kill("SIGKILL");
    await doctor.exited;
    must(coord(project, ["lock", "cleanup"]));
    expect([locks(project.state), instanceIds(project.state)]).toEqual([[], []]);
  });

  test("the rule by which sessions pass over the probe fits the ID that the hooks give it", () => {
    expect(sessionInstanceId(PROBE_SESSION)).toBe(PROBE_CALLER);
    expect(isProbe(sessionInstanceId("another"))).toBe(false);
  });
});
