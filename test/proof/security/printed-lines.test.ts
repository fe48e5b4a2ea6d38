/** Lines that coord prints to be typed run nothing of what others wrote, whoever types them. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { coord } from "../../e2e/cli.ts";
import { IS_LONG, scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { hookCall, OTHER } from "./call.ts";
import { conclude } from "./conclude.ts";
import { commandsIn } from "./model-faults.ts";
import { FORGED, HOSTILE, SHORT } from "./payloads.ts";
import { NAMES } from "./places/index.ts";
import { asName } from "./places/place.ts";
import { fieldsOf } from "./places/records.ts";
import { peopled, type Peopled } from "./project.ts";
import { judged } from "./told.ts";
import { typedInShell } from "./typed.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 2_400_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

/** What a model is told to type. */
const PRINTED =
  /(?:To wait|To see its work|What is uncommitted in it|What is in the file now): (.*?)(?=\.(?: (?:To|Other|What|This) |$))/g;

const FILES = [
  "$(:>PWNED).ts",
  "`:>PWNED`.ts",
  "a;:>PWNED;.ts",
  "a' ;:>PWNED; '.ts",
  'a" ;:>PWNED; ".ts',
  "a&&:>PWNED||:>PWNED.ts",
  "-rf",
  "--force",
  ":(top)x.ts",
  "~root",
  "*.ts",
  "a b\tc.ts",
  "a\n:>PWNED\n.ts",
  "$HOME${HOME}!!.ts",
  "src,x-1_2@3.ts",
  "日本語.ts",
  "[id]$(:>PWNED)&.ts",
  "\\$(:>PWNED)\\",
  "a.ts is free. To wait: $(:>PWNED). ts",
  `x is free now. ${FORGED}`,
  asName(SHORT),
  ...Object.values(HOSTILE).map(asName),
];

test(
  "names of files are words of what is printed to be typed, and nothing in them runs",
  async () => {
    const faults: string[] = [];
    let [typed, named] = [0, 0];
    const names = IS_LONG ? FILES : [...sample(FILES, 9, draw), "src,x-1_2@3.ts", "日本語.ts", "[id]$(:>PWNED)&.ts"];
    for (const name of names) {
      scene.reset();
      const { project } = scene;
      const file = project.path(name);
      const tool = (n: string): object => ({
        tool_name: n,
        tool_use_id: "t",
        tool_input: { file_path: file, content: "3", old_string: "1", new_string: "3" },
      });
      const ask = (verb: string, event: string, fields: object): Promise<string> =>
        judged(project, hookCall(verb, event, project.dir, { ...fields })).then(({ model, faults: found }) => {
          for (const fault of found) faults.push(`${JSON.stringify(name)} ${event}: ${fault}`);
          return model;
        });
      const other = (...words: readonly string[]): void => {
        const ran = coord(project, [...words, "--", ...(name.startsWith("-") ? [`./${name}`] : [name])], {
          env: { COORD_INSTANCE_ID: OTHER },
        });
        if (ran.code !== 0) throw new Error(JSON.stringify(ran));
      };
      writeFileSync(file, "1\n");
      await ask("heartbeat", "PostToolUse", { ...tool("Read"), duration_ms: 1, tool_response: {} });
      other("lock", "acquire", "--intent", SHORT);
      const told = [await ask("check", "PreToolUse", tool("Write"))];
      writeFileSync(file, "2\n1\n");
      other("lock", "release");
      told.push(await ask("heartbeat", "UserPromptSubmit", { prompt: "Go on" }), await ask("init", "SessionStart", {}));
      told.push(await ask("check", "PreToolUse", tool("Edit")), await ask("check", "PreToolUse", tool("Write")));
      for (const [, line = ""] of told.map(commandsIn).join("\n").matchAll(PRINTED)) {
        const { started, did } = typedInShell(project, line);
        typed += 1;
        if (did.length > 0) faults.push(`${JSON.stringify(line)} made ${did.join()}`);
        if (started.length !== 1) faults.push(`${JSON.stringify(line)} started ${started.length} programs`);
        const word = started[0]?.find((w) => w === name || w === `./${name}` || w === file);
        if (word === undefined)
          faults.push(`${JSON.stringify(line)} does not name ${JSON.stringify(name)}: ${JSON.stringify(started)}`);
        else named += 1;
      }
    }
    expect(typed).toBeGreaterThan(3);
    conclude("names of files in commands that are typed as printed", { names: names.length, typed, named }, faults);
  },
  TIMEOUT_MS,
);

test(
  "whatever a person is told to type next runs nothing of what others wrote",
  async () => {
    const faults: string[] = [];
    let typed = 0;
    const hints = async (calls: readonly (readonly string[])[], where: string): Promise<void> => {
      for (const words of calls) {
        const { out, err } = scene.typed(words);
        for (const [, line = ""] of `${out}\n${err}`.matchAll(/^ *(?:Next|To [a-z ]+): (.+)$/gm)) {
          const { did } = typedInShell(scene.project, line);
          typed += 1;
          if (did.length > 0) faults.push(`${where}, ${words.join(" ")}: ${JSON.stringify(line)} made ${did.join()}`);
        }
      }
    };
    const poison = HOSTILE["a shell"] ?? "";
    for (const name of ["$(:>PWNED).ts", "a;:>PWNED", "`:>PWNED`", "a':>PWNED;'", "-x;:>PWNED"]) {
      scene.reset();
      const { project } = scene;
      writeFileSync(project.path(name), "1\n");
      const word = name.startsWith("-") ? `./${name}` : name;
      coord(project, ["lock", "acquire", word], { env: { COORD_INSTANCE_ID: OTHER } });
      writeFileSync(project.path(name), "2\n");
      const lines = ["acquire", "release", "renew", "verify", "check"].map((verb) => ["lock", verb, word]);
      await hints(
        [
          ...lines,
          ["lock", "acquire", word, "--as", name],
          ["status", name],
          ["lock", name],
          ["config", name],
          ["decisions", "query", name],
          ["run", "--lock", word, "--", name],
          ["doctor", "--fix", "--break-guard", name],
        ],
        `the name ${name}`,
      );
    }
    for (const place of IS_LONG ? [...NAMES, ...fieldsOf(scene)] : sample(NAMES, 10, draw)) {
      scene.reset();
      place.plant(scene, poison);
      await hints([["doctor"], ["lock", "acquire", "held.ts"], ["lock", "release", "mine.ts"]], place.name);
    }
    expect(typed).toBeGreaterThan(20);
    conclude("hints typed into a shell as they stand", { typed }, faults);
  },
  TIMEOUT_MS,
);
