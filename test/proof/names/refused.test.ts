/** Names that cannot be, by every way in: refused in words that show them, with something to type, and nothing is made. */
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Ran } from "../../e2e/cli.ts";
import { HIDDEN } from "../../hooks/hook.ts";
import { escapeForTerminal } from "../../../src/domain/visible.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { shown } from "./names.ts";
import { snapshot, strangeNames } from "./outside.ts";
import { inLanes, REAL, seat, type Seat, type Where } from "./program.ts";
import { layGround } from "./same-file.ts";

const LANES = 3;
const PATIENCE_MS = scaled(120_000, 240_000);
const TOLD = /^(?:coord: warn: .+\n)*Error: (.+)\nNext: (.+)\n$/;
const failure = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ error: v.looseObject({ exit_code: v.number(), message: v.string(), hint: v.string() }) }),
);

/** A command line that is to be refused, and what of it has to be shown. */
interface Refusal {
  readonly words: readonly string[];
  readonly value: string;
  readonly where?: Where;
  readonly code?: number;
}

const NO_FILE: readonly string[] = [
  "src/",
  ".",
  "..",
  "/",
  "src",
  "src/deep/..",
  "/dev/null",
  "/dev/tty",
  "/proc/self",
  "loop",
  "loop/below",
  "loop-a",
  "n".repeat(256),
  "\u00fc".repeat(128),
  `d/${"n".repeat(256)}/x`,
  `${"d/".repeat(2100)}x`,
  "\u001b[2J".repeat(70),
  ".claude/coordination/config.json",
  ".claude/coordination/guard/free",
  "src/../.claude/coordination/locks/x~1.json",
  ".claude/coordination",
];
const PATH_VERBS = [["acquire"], ["release"], ["renew"], ["check"], ["verify"], ["wait", "--timeout", "0s"]] as const;

const NO_ID: readonly string[] = [
  "a b",
  "a\nb",
  "\u001b[31m",
  "../../x",
  "/etc/passwd",
  ".",
  "..",
  ".hidden",
  "_x",
  "-rf",
  "a/b",
  "a~1",
  "x~1.json",
  "a:b",
  "\u00e9",
  "\u202eabc",
  "a\u200b",
  "x".repeat(129),
  "a*",
  "$(id)",
];
const TEXT = "\u001b[2J\u202e\n\u{e0041}";

function refusals(): readonly Refusal[] {
  const paths = NO_FILE.flatMap((value) =>
    PATH_VERBS.map(([verb, ...more]) => ({ words: ["lock", verb, "--as", "ann", ...more, "--", value], value })),
  );
  const ids = NO_ID.flatMap((value): readonly Refusal[] => [
    { words: ["lock", "acquire", "x", `--as=${value}`], value },
    { words: ["lock", "check", "x"], value, where: { env: { COORD_INSTANCE_ID: value } } },
    { words: ["instance", "register", "--task", "t", "--role", "r", `--as=${value}`], value },
    { words: ["instance", "unregister", `--as=${value}`], value },
    { words: ["instance", "heartbeat"], value, where: { env: { COORD_INSTANCE_ID: value } } },
    { words: ["instance", "show", "--", value], value, code: 13 },
    { words: ["decisions", "query", "--", value], value },
  ]);
  const decision = ["decisions", "add", "--title", "T", "--description", "D"];
  const texts: readonly Refusal[] = [
    { words: [...decision, `--category=${TEXT}`], value: TEXT },
    { words: [...decision, "--category", "A B", "--new-category"], value: "A B" },
    { words: [...decision, "--category", "../x", "--new-category"], value: "../x" },
    { words: [...decision, "--category", "testing", `--scope=${TEXT}`], value: TEXT },
    { words: [...decision, "--category", "testing", `--supersedes=${TEXT}`], value: TEXT },
    { words: ["decisions", "list", `--since=${TEXT}`], value: TEXT },
    { words: ["decisions", "list", `--limit=${TEXT}`], value: TEXT },
    { words: ["decisions", "import", TEXT], value: TEXT },
    { words: ["lock", "acquire", "x", `--ttl=${TEXT}`], value: TEXT },
    { words: ["lock", "wait", "x", `--timeout=${TEXT}`], value: TEXT },
    { words: ["lock", "verify", "x", `--fence=${TEXT}`], value: TEXT },
    { words: ["instance", "register", "--task", "t", "--role", "r", `--pid=${TEXT}`], value: TEXT },
    { words: ["doctor", `--break-guard=${TEXT}`], value: TEXT },
    { words: ["config", TEXT], value: TEXT },
    { words: ["run", "--lock", "x", "--", TEXT], value: TEXT, code: 127 },
    { words: ["lock", TEXT], value: TEXT },
    { words: [TEXT], value: TEXT },
    { words: ["help", TEXT], value: TEXT },
    { words: ["complete", TEXT], value: TEXT },
    { words: ["status", `--${TEXT}`], value: TEXT },
  ];
  return [...paths, ...ids, ...texts];
}

test(
  "each is refused by its code, shown escaped, with a next step; JSON holds it as it was",
  async () => {
    using project = layGround();
    const at = seat(project, REAL);
    const before = snapshot(project.root, project.state);
    const all = refusals();
    const wrong = (await inLanes(all, LANES, async (refusal) => wrongWith(at, refusal))).flat();
    expect(wrong).toEqual([]);
    expect(snapshot(project.root, project.state)).toEqual(before);
    expect(strangeNames(project.state)).toEqual([]);
    record({ check: "names that cannot be: refused in words that show them", load: { lines: all.length }, losses: 0 });
  },
  PATIENCE_MS,
);

async function wrongWith(at: Seat, { words, value, where, code = 2 }: Refusal): Promise<readonly string[]> {
  const text = await at.run(words, where);
  const end = words.indexOf("--");
  const asJson = end < 0 ? [...words, "--json"] : [...words.slice(0, end), "--json", ...words.slice(end)];
  const json = await at.run(asJson, where);
  const visible = escapeForTerminal(value).slice(0, 30);
  const [, message = "", hint = ""] = TOLD.exec(text.err) ?? [];
  const parsed = v.safeParse(failure, json.err);
  const said = parsed.success ? parsed.output.error : undefined;
  const rules: readonly (readonly [rule: string, holds: boolean])[] = [
    ["exit code", text.code === code && json.code === code && said?.exit_code === code],
    ["nothing on stdout", text.out === "" && json.out === ""],
    ["says what and what next", message !== "" && hint !== ""],
    ["nothing hidden", !HIDDEN.test(text.err) && !HIDDEN.test(json.err.replaceAll("\n", ""))],
    ["shows it", message.includes(visible)],
    ["JSON holds it", said?.message.includes(value.slice(0, 30)) === true],
  ];
  return rules.flatMap(([rule, holds]) =>
    holds
      ? []
      : [`${rule}: ${words.slice(0, 3).join(" ")} ${shown(value)}: ${text.code} ${text.out}${text.err}${json.err}`],
  );
}

test(
  "a COORD_DIR of any form is a state folder of its own, or refused; nothing of another use is touched",
  async () => {
    using project = layGround();
    const at = seat(project, REAL);
    mkdirSync(join(project.root, "full"));
    writeFileSync(join(project.root, "full", "mine.txt"), "mine\n");
    const before = snapshot(join(project.root, "full"), "");
    const bad = [
      "/dev/null",
      "/proc/self/fd",
      "/",
      `${project.root}/full`,
      "src/a.ts",
      "loop",
      "x".repeat(300),
      "/etc",
    ];
    const good = ["a b", "line\nend", "esc\u001b[2J", "-rf", "..x", "deep/er/../er", "\u202e", "$(id)", "tail/"];
    const refuse = async (dir: string, words: readonly string[]): Promise<Ran> => {
      const ran = await at.run(words, { env: { COORD_DIR: dir } });
      expect({ dir, ran, refused: ran.code !== 0 && TOLD.test(ran.err) && !HIDDEN.test(ran.err) }).toMatchObject({
        refused: true,
      });
      return ran;
    };
    for (const dir of bad) {
      for (const words of [["init"], ["lock", "acquire", "x", "--as", "a"], ["status"]]) await refuse(dir, words);
    }
    expect(snapshot(join(project.root, "full"), "")).toEqual(before);
    for (const dir of good) {
      await refuse(dir, ["lock", "acquire", "src/a.ts", "--as", "a"]);
      const made = await at.run(["init"], { env: { COORD_DIR: dir } });
      expect({ dir, made }).toMatchObject({ made: { code: 0, err: "" } });
      expect(made.out).not.toMatch(HIDDEN);
      const locked = await at.run(["lock", "acquire", "src/a.ts", "--as", "a"], { env: { COORD_DIR: dir } });
      expect({ dir, code: locked.code, err: locked.err }).toEqual({ dir, code: 0, err: "" });
      expect(strangeNames(join(project.dir, dir))).toEqual([]);
    }
    record({ check: "COORD_DIR of odd forms", load: { refused: bad.length, made: good.length }, losses: 0 });
  },
  PATIENCE_MS,
);
