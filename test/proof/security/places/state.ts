/** In the names of what lies in the state folder, and in files there that are no records. */
import { renameSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Vars } from "../../../hooks/project.ts";
import type { Peopled } from "../project.ts";
import { asName, file, type PlaceOfText } from "./place.ts";

function guardToken({ project }: Peopled, name: string): Vars {
  renameSync(join(project.state, "guard/free"), join(project.state, "guard", name));
  return {};
}

/** Before SCRATCH_AGE and before what git may still be writing. */
const LONG_AGO = new Date("2026-01-08T12:00:00Z");

function old(path: string, text = ""): Vars {
  file(path, text);
  utimesSync(path, LONG_AGO, LONG_AGO);
  return {};
}

export const STATE: readonly PlaceOfText[] = [
  ...[
    ["a scratch name", "tmp/%"],
    ["an instance's file", "heartbeats/%.json"],
    ["a lock's file", "locks/%.json"],
    ["a ledger's file", "files/%.json"],
    ["an index folder", "held/%/x"],
    ["a month", "decisions/%/x"],
    ["a broken record's name", "corrupt/%"],
    ["a name in the state", "%"],
  ].map(([name = "", path = ""]) => ({
    name,
    plant: ({ project }: Peopled, text: string) =>
      old(
        join(
          project.state,
          path.replace("%", () => asName(text)),
        ),
      ),
  })),
  {
    name: "a broken record's reason",
    plant: ({ project }, text) => file(join(project.state, "corrupt/1.json.reason"), text),
  },
  {
    name: "a decision's file",
    plant: ({ project }, text) =>
      old(
        join(project.state, "decisions/2026-01/DEC-20260108-0001-abcdef.json"),
        JSON.stringify({ decision_id: text }),
      ),
  },
  { name: "a guard token", plant: (scene, text) => guardToken(scene, `held.${asName(text)}`) },
  {
    name: "a guard token's host",
    plant: (scene, text) => guardToken(scene, `held.${asName(text).replaceAll(".", "_")}.b.1.4242.7.n`),
  },
  {
    name: "the drop-in's file",
    plant: ({ project }, text) => {
      rmSync(join(project.state, "lib"), { recursive: true, force: true });
      return file(join(project.state, "lib", asName(text)));
    },
  },
];
