/** In the settings of Claude Code. */
import type { Vars } from "../../../hooks/project.ts";
import type { Peopled } from "../project.ts";
import { file, type PlaceOfText } from "./place.ts";

function settings(scene: Peopled, command: string, args?: readonly string[]): Vars {
  const handler = { type: "command", command, ...(args === undefined ? {} : { args }) };
  const hooks = { PreToolUse: [{ matcher: "Write", hooks: [handler] }], Stop: [{ hooks: [handler] }] };
  return file(scene.project.path(".claude/settings.json"), JSON.stringify({ hooks }));
}

export const SETTINGS: readonly PlaceOfText[] = [
  { name: "a hook's command", plant: (scene, text) => settings(scene, text) },
  { name: "a wrapped hook", plant: (scene, text) => settings(scene, `${text} coord hook check`) },
  {
    name: "a hook's program",
    plant: (scene, text) => settings(scene, `/${text}/coord`, ["hook", "check"]),
  },
  {
    name: "the whole of the settings",
    plant: ({ project }, text) => file(project.path(".claude/settings.json"), text),
  },
  {
    name: "an event of the settings",
    plant: ({ project }, text) => {
      const group = [{ matcher: text, hooks: [{ type: "command", command: "coord hook check" }] }];
      return file(project.path(".claude/settings.json"), JSON.stringify({ hooks: { [text]: group } }));
    },
  },
];
