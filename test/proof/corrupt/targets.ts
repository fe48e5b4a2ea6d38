/** Everything that lies in a state folder, and the configuration: what is spoilt, one thing at a time. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Scene } from "./scene.ts";

export interface Target {
  readonly name: string;
  readonly isFolder: boolean;
  readonly path: (scene: Scene) => string;
  /** What stands there where the scene has none: as a crash, an older day or a user left it. */
  readonly lay?: (scene: Scene) => string;
  /**
   * "record": read in a guard, and moved to `corrupt/` when it cannot be used; "lock": the same, once its time is over;
   * "other": nothing is decided by it.
   */
  readonly role: "record" | "lock" | "other";
  /** False: without it nothing is known of the others, and hooks go on with a word to the user. */
  readonly firm: boolean;
  /** Kinds for which it is not: nothing can be decided while a journal stays that nobody can remove. */
  readonly notFirmWith?: readonly string[];
}

/** The version in force of a record, or the place of the other one. */
function version(scene: Scene, folder: string, name: string, which: "in force" | "other"): string {
  const slots = [`${name}.json`, `${name}~1.json`];
  const there = readdirSync(join(scene.state, folder));
  const [found = ""] = slots.filter((slot) => there.includes(slot));
  return join(scene.state, folder, which === "in force" ? found : (slots.find((slot) => slot !== found) ?? ""));
}

function record(folder: string, role: Target["role"], nameOf: (scene: Scene) => string): readonly Target[] {
  return (["in force", "other"] as const).map((which) => ({
    name: `${folder}/ ${which === "in force" ? "in force" : "beside, as a crash leaves it"}`,
    isFolder: false,
    path: (scene) => version(scene, folder, nameOf(scene), which),
    ...(which === "in force" ? {} : { lay: (scene: Scene) => older(scene, folder, nameOf(scene)) }),
    role,
    firm: true,
  }));
}

/** The record in force as it was one version before. */
function older(scene: Scene, folder: string, name: string): string {
  const text = scene.read(version(scene, folder, name, "in force"));
  return text.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Number(seq) - 1}`);
}

function file(name: string, extras: Partial<Target> = {}): Target {
  return { name, isFolder: false, path: ({ state }) => join(state, name), role: "other", firm: true, ...extras };
}

function folder(name: string, extras: Partial<Target> = {}): Target {
  return { ...file(name, { isFolder: true, firm: false, ...extras }), name: `${name}/` };
}

function inMonth(scene: Scene, which: number): string {
  const [month = ""] = readdirSync(join(scene.state, "decisions"));
  const names = readdirSync(join(scene.state, "decisions", month)).toSorted();
  return join(scene.state, "decisions", month, names.at(which) ?? "");
}

const FLOOR = '{"schema_version":"1.0.0","fence_floor":100}\n';
const JOURNAL = '{"schema_version":"1.0.0","parts":[]}\n';
const EVENT = '{"at":"2026-01-08T12:00:00Z","event":"registered","instance":"agent-a"}\n';

export const TARGETS: readonly Target[] = [
  ...record("heartbeats", "record", () => "agent-a"),
  ...record("locks", "lock", ({ key }) => key),
  ...record("files", "record", ({ key }) => key),
  file("held/INSTANCE/KEY", { path: ({ state, key }) => join(state, "held/agent-a", key) }),
  file("events.jsonl"),
  file("events.1.jsonl", { lay: () => EVENT.repeat(100) }),
  file("journal.json", { lay: () => JOURNAL, role: "record", notFirmWith: ["what cannot be changed"] }),
  file("floor.json", { lay: () => FLOOR, role: "record" }),
  file("pruned"),
  file("work-registry.json"),
  file("decisions/MONTH/ID.json", { path: (scene) => inMonth(scene, 0), role: "record" }),
  file("decision-counter.json", {
    path: (scene) => version(scene, ".", "decision-counter", "in force"),
    role: "record",
  }),
  file("decision-counter.json beside", {
    path: (scene) => version(scene, ".", "decision-counter", "other"),
    lay: (scene) => older(scene, ".", "decision-counter"),
    role: "record",
  }),
  file("decision-log.json", { role: "record" }),
  file("config.json"),
  file("the user's config.json", { path: ({ home }) => join(home, ".config/coord/config.json") }),
  file("schemas/lock.schema.json"),
  file("lib/coordination.sh"),
  // The link leads to the binary that is tested: a script, as the bash edition has one.
  file("bin/coord-lock", { lay: () => "#!/bin/sh\n" }),
  file(".gitignore"),
  file("guard/free", { firm: false }),
  file("guard/ GARBAGE", { path: ({ state }) => join(state, "guard/garbage"), lay: () => "garbage\n" }),
  file("tmp/ LEFTOVER", { path: ({ state }) => join(state, "tmp/0123456789ab-1a-2b"), lay: () => "{" }),
  ...["guard", "tmp", "corrupt", "locks", "files", "heartbeats", "held"].map((name) => folder(name)),
  folder("held/INSTANCE", { path: ({ state }) => join(state, "held/agent-a"), firm: true }),
  folder("decisions"),
  folder("decisions/MONTH", { path: (scene) => join(inMonth(scene, 0), "..") }),
  ...["schemas", "bin", "lib"].map((name) => folder(name, { firm: true })),
  { ...folder("the state folder"), path: ({ state }) => state },
];
