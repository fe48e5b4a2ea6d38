import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { planInstall, planUninstall, type Ground, type InstallRequest } from "../../src/cli/install-plan.ts";
import { editLines, isChange, publishEdits } from "../../src/cli/user-edit.ts";
import { SCOPES } from "../../src/cli/wiring.ts";

let ground: Ground = { top: "", stateDir: "", claudeFolder: "", home: "" };
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coord-install-"));
  const [home, top] = [join(folder, "home"), join(folder, "project")];
  mkdirSync(home);
  mkdirSync(top);
  ground = { home, top, claudeFolder: join(home, ".claude"), stateDir: join(top, ".claude", "coordination") };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function request(changes: Partial<InstallRequest> = {}): InstallRequest {
  return { scope: "user", hold: undefined, binary: "/opt/coord", writeTools: [], strict: false, ...changes };
}

function install(changes: Partial<InstallRequest> = {}): ReturnType<typeof planInstall> {
  const plan = planInstall(ground, request(changes));
  publishEdits(plan.config === undefined ? [plan.settings] : [plan.settings, plan.config]);
  return plan;
}

function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("planInstall()", () => {
  test("edits the settings of its scope and no others", () => {
    const paths = SCOPES.map((scope) => planInstall(ground, request({ scope })).settings.file.path);
    expect(paths).toEqual([
      join(ground.home, ".claude", "settings.json"),
      join(ground.top, ".claude", "settings.json"),
      join(ground.top, ".claude", "settings.local.json"),
    ]);
  });

  test("writes nothing itself, and shows every line that would change", () => {
    const path = put(join(ground.claudeFolder, "settings.json"), '{\n  "model": "opus"\n}\n');
    const { settings } = planInstall(ground, request());
    expect(readFileSync(path, "utf8")).toBe('{\n  "model": "opus"\n}\n');
    expect(editLines(settings).slice(0, 5)).toEqual([
      "  {",
      '-   "model": "opus"',
      '+   "model": "opus",',
      '+   "hooks": {',
      '+     "SessionStart": [',
    ]);
    expect(editLines(settings).at(-1)).toBe("  }");
  });

  test("changes nothing the second time", () => {
    expect(isChange(install().settings)).toBe(true);
    expect(isChange(install().settings)).toBe(false);
  });

  test("writes --hold into the state's configuration and keeps the rest of it", () => {
    const path = put(join(ground.stateDir, "config.json"), '{\n  "ttl": "10m" // long\n}\n');
    install({ hold: "turn" });
    expect(readFileSync(path, "utf8")).toBe('{\n  "ttl": "10m", // long\n  "hold": "turn"\n}\n');
    expect(install({ hold: "turn" }).config).toBeUndefined();
    install({ hold: "session" });
    expect(readFileSync(path, "utf8")).toBe('{\n  "ttl": "10m", // long\n  "hold": "session"\n}\n');
  });

  test("touches no file when one of them is broken", () => {
    put(join(ground.stateDir, "config.json"), "{ broken");
    expect(() => planInstall(ground, request({ hold: "turn" }))).toThrow(/config\.json" is not valid JSON/);
    put(join(ground.claudeFolder, "settings.json"), '{"a": }');
    expect(() => planInstall(ground, request())).toThrow(/settings\.json" is not valid JSON: \w+ at line 1, column 7/);
  });

  test("wires no binary under a name by which uninstall would not know it", () => {
    expect(() => planInstall(ground, request({ binary: "/usr/bin/bun" }))).toThrow(/Cannot wire "\/usr\/bin\/bun"/);
    expect(() => planInstall(ground, request({ binary: "/usr/bin/bun", scope: "project" }))).not.toThrow();
  });

  test("does not take the home folder for a project", () => {
    const atHome = { ...ground, top: ground.home, stateDir: join(ground.home, ".claude", "coordination") };
    expect(planInstall(atHome, request()).initialises).toBe(false);
    expect(() => planInstall(atHome, request({ scope: "project" }))).toThrow(/is the home folder, not a project/);
    expect(() => planInstall(atHome, request({ hold: "turn" }))).toThrow(/is the home folder, not a project/);
  });

  test("says when all hooks are switched off, or coord is wired in another scope too", () => {
    put(join(ground.claudeFolder, "settings.json"), '\uFEFF{ "disableAllHooks": true }');
    expect(install().warnings).toEqual([expect.stringContaining('"disableAllHooks" is true')]);
    // The same command: the client runs it once.
    expect(planInstall(ground, request({ scope: "local" })).warnings).toEqual([]);
    expect(planInstall(ground, request({ scope: "local", binary: "/elsewhere/coord" })).warnings).toEqual([
      "coord is wired in user and local scope, so every hook runs twice; to undo: coord uninstall --scope local",
    ]);
    expect(planInstall(ground, request({ scope: "project" })).warnings).toEqual([
      "coord is wired in user and project scope, so every hook runs twice; without user scope, other projects need: " +
        "coord install --scope local; to undo: coord uninstall --scope user",
    ]);
    expect(planInstall(ground, request()).warnings).toHaveLength(1);
  });
});

describe("planUninstall()", () => {
  test("takes everything out of every scope and gives each file its bytes back", () => {
    const before = '{\n\t"model": "opus", // mine\n}\n';
    const paths = SCOPES.map((scope) => {
      const { path } = planInstall(ground, request({ scope })).settings.file;
      put(path, before);
      install({ scope });
      return path;
    });
    const edits = planUninstall(ground, SCOPES);
    expect(edits.map((edit) => edit.file.path)).toEqual(paths);
    publishEdits(edits);
    for (const path of paths) expect(readFileSync(path, "utf8")).toBe(before);
    expect(planUninstall(ground, SCOPES).some(isChange)).toBe(false);
  });

  test("stays within the scopes that were asked for", () => {
    install();
    install({ scope: "local" });
    publishEdits(planUninstall(ground, ["local"]));
    expect(isChange(planInstall(ground, request()).settings)).toBe(false);
    expect(readFileSync(join(ground.top, ".claude", "settings.local.json"), "utf8")).toBe("{}\n");
  });

  test("makes no files", () => {
    expect(planUninstall(ground, SCOPES)).toEqual([]);
  });

  test("takes one file only once where two scopes are the same", () => {
    const atHome = { ...ground, top: ground.home };
    put(join(ground.claudeFolder, "settings.json"), "{}");
    expect(planUninstall(atHome, SCOPES)).toHaveLength(1);
  });
});
