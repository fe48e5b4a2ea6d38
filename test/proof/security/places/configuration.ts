/** In what coord is set by: git's files, config.json, variables. */
import { join } from "node:path";
import type { Peopled } from "../project.ts";
import { file, type PlaceOfText } from "./place.ts";

const WORD = "word";

export const CONFIGURATION: readonly PlaceOfText[] = [
  {
    name: "the branch",
    plant: ({ project }, text) => file(project.path(".git/HEAD"), `ref: refs/heads/${text.replaceAll("\n", " ")}\n`),
  },
  {
    name: "a rule of .gitignore",
    plant: ({ project }, text) =>
      file(project.path(".gitignore"), `.claude/\n.claude #${text.replaceAll("\n", " ")}\n`),
  },
  {
    name: "the whole of config.json",
    plant: ({ project }, text) => file(join(project.state, "config.json"), text),
  },
  {
    name: "a key of config.json",
    plant: ({ project }, text) => file(join(project.state, "config.json"), JSON.stringify({ [text]: WORD })),
  },
  ...["hold", "ttl", "wait", "on_conflict", "strict", "store"].map((key) => ({
    name: `config.json's ${key}`,
    plant: ({ project }: Peopled, text: string) =>
      file(join(project.state, "config.json"), JSON.stringify({ [key]: text })),
  })),
  {
    name: "a glob of config.json",
    plant: ({ project }, text) => file(join(project.state, "config.json"), JSON.stringify({ ignore: [text] })),
  },
  {
    name: "a tool of config.json",
    plant: ({ project }, text) =>
      file(join(project.state, "config.json"), JSON.stringify({ write_tools: { tool: text, [text]: WORD } })),
  },
  ...["COORD_HOLD", "COORD_TTL", "COORD_IGNORE", "COORD_WRITE_TOOLS", "COORD_INSTANCE_ID", "COORD_WAITT"].map(
    (variable) => ({
      name: `the variable ${variable}`,
      plant: (_scene: Peopled, text: string) => ({ [variable]: text.replaceAll("\0", "_") }),
    }),
  ),
  {
    name: "a variable's name",
    plant: (_scene, text) => ({ [`COORD_${text.replaceAll(/[=\0]/g, "_")}`]: WORD }),
  },
];
