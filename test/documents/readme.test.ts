/**
 * README.md, walked by somebody who types what it shows: every command is run, with the compiled binary, in a project
 * and a home folder of its own. The `npm` lines are not run but checked against package.json and .ci/run, which run
 * them: the suite inside the suite would never end.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { BINARY } from "../hooks/project.ts";
import { session } from "../hooks/session.ts";
import { laySandbox, prepare } from "../golden/sandbox.ts";
import type { Block } from "./blocks.ts";
import { patternOf, shownIn } from "./readme.ts";
import { expectShown } from "./type-block.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(20_000);

const TOP = dirname(dirname(import.meta.dir));
const README = readFileSync(join(TOP, "README.md"), "utf8");
const SHOWN = shownIn(README);

/** A command as README shows it, and how to run it: the placeholders filled, what has to be there before. */
interface Way {
  readonly type?: string;
  readonly before?: readonly string[];
  /** 0 when absent. */
  readonly code?: number;
}

const HELD = "held.aaaaaaaaaaaa.bbbbbbbbbbbbbbbb.1.4711.99.cccccccc";
const ANN = "coord instance register --task T --role R --as ann";
const ACQUIRED = "coord lock acquire src/a.ts --as ann";

/** To a command that is new in README, add a line here. */
const WAYS: Readonly<Record<string, Way>> = {
  "coord init": { before: ["rm -r .claude"] },
  "coord install": {},
  "coord install --scope project": {},
  "coord uninstall": { before: ["coord install"] },
  "coord status": {},
  "coord instance register --task T --role R": {},
  "coord instance unregister": { type: "coord instance unregister --as ann", before: [ANN] },
  "coord instance heartbeat": { type: "coord instance heartbeat --as ann", before: [ANN] },
  "coord instance list": {},
  "coord instance show": { type: "coord instance show --as ann", before: [ANN] },
  "coord lock acquire PATH...": { type: "coord lock acquire src/a.ts src/b.ts" },
  "coord lock acquire PATH... --wait 30s": { type: "coord lock acquire src/a.ts src/b.ts --wait 30s" },
  "coord lock release PATH...": { type: "coord lock release src/a.ts src/b.ts" },
  "coord lock release PATH --force --lock-id ID": { type: "coord lock release src/a.ts --force --lock-id an-old-one" },
  "coord lock check PATH": { type: "coord lock check src/a.ts" },
  "coord lock list": {},
  "coord lock wait PATH --timeout 60s": { type: "coord lock wait src/a.ts --timeout 60s" },
  "coord lock wait src/a.ts --timeout 60s": {},
  "coord lock renew PATH": { type: "coord lock renew src/a.ts --as ann", before: [ACQUIRED] },
  "coord lock verify PATH": { type: "coord lock verify src/a.ts --as ann", before: [ACQUIRED] },
  "coord run": { code: 125 },
  "coord run --lock PATH... -- COMMAND": { type: "coord run --lock src/a.ts src/b.ts -- true" },
  "coord decisions add --category C --title T --description D": {
    type: "coord decisions add --category testing --title T --description D",
  },
  "coord decisions list": {},
  "coord decisions query ID": {
    type: `coord decisions query "$(coord decisions list --json | grep -o 'DEC-[0-9a-f-]*' | head -n 1)"`,
    before: ["coord decisions add --category testing --title T --description D"],
  },
  "coord decisions import FILE": {
    type: "coord decisions import old.json",
    before: [`echo '{"decisions":[]}' > old.json`],
  },
  "coord config": {},
  "coord config KEY": { type: "coord config ttl" },
  // Tests are built without the address of releases; test/e2e/upgrade.test.ts has one.
  "coord upgrade --check": { code: 2 },
  "coord help": {},
  "coord --version": {},
  "coord complete bash": {},
  "coord complete fish > ~/.config/fish/completions/coord.fish": { before: ["mkdir -p ~/.config/fish/completions"] },
  "coord shell": {},
  "coord doctor": { before: ["coord install"] },
  "coord doctor --fix": { before: ["coord install"] },
  "coord lock cleanup": {},
  "coord doctor --break-guard NAME": {
    type: `coord doctor --break-guard ${HELD}`,
    // A holder on another machine, which nobody here can judge.
    before: ["coord lock acquire src/a.ts", `mv .claude/coordination/guard/free .claude/coordination/guard/${HELD}`],
  },
  "coord hook": { code: 1 },
  "coord hook init": { type: "coord hook init <../events/start.json" },
  "coord hook check": { type: "coord hook check <../events/write-free.json" },
  "coord hook release": { type: "coord hook release <../events/wrote-free.json" },
  "coord hook heartbeat": { type: "coord hook heartbeat <../events/prompt.json" },
  "coord hook cleanup": { type: "coord hook cleanup <../events/end.json" },
};

describe("every command in README.md", () => {
  for (const shown of SHOWN.commands) {
    test(`${shown} does what it says`, () => {
      const way = WAYS[shown];
      if (way === undefined) throw new Error(`README.md shows "${shown}", and WAYS does not say how to run it`);
      using sandbox = laySandbox();
      prepare(sandbox, way.before ?? []);
      expect(sandbox.type(way.type ?? shown)).toMatchObject({ code: way.code ?? 0 });
    });
  }

  test("is there, and no way leads to one that is not", () => {
    expect(new Set(Object.keys(WAYS))).toEqual(new Set(SHOWN.commands));
  });
});

/** For a clone of coord; the others are for a project that uses it. */
function isFromClone({ script }: Block): boolean {
  return /^npm /m.test(script);
}

describe("the blocks of README.md", () => {
  test("work as they stand, in a project", () => {
    for (const block of SHOWN.blocks.filter((one) => !isFromClone(one))) {
      using sandbox = laySandbox();
      expectShown(sandbox, block);
    }
  });

  test("work as they stand, from a fresh clone on", () => {
    for (const { script: block } of SHOWN.blocks.filter(isFromClone)) {
      using sandbox = laySandbox({ state: false });
      const home = sandbox.env["HOME"] ?? "";
      mkdirSync(join(home, "my-project"));
      prepare(sandbox, ["git init -q ~/my-project"]);
      // The one that the block is about to make.
      rmSync(join(sandbox.project.root, "bin", "coord"));
      const script = block.replaceAll(/^npm .*$/gm, "");
      const { code, err } = sandbox.type(`set -e; cd ${dirname(dirname(BINARY))}\n${script}`);
      expect({ script, code, err }).toEqual({ script, code: 0, err: "" });
      if (!block.includes("coord install")) continue;
      expect(sandbox.type("coord --version").code).toBe(0);
      expect(existsSync(join(home, "my-project/.claude/coordination"))).toBe(true);
      expect(readFileSync(join(home, ".claude/settings.json"), "utf8")).toContain(BINARY);
    }
  });

  const scripts = v.parse(
    v.pipe(v.string(), v.parseJson(), v.object({ scripts: v.record(v.string(), v.string()) })),
    readFileSync(join(TOP, "package.json"), "utf8"),
  ).scripts;
  const ci = readFileSync(join(TOP, ".ci/run"), "utf8");

  for (const line of SHOWN.npm) {
    test(`${line} is a script of package.json, of files that are there, and is run by .ci/run`, () => {
      const [, name = ""] = /^npm (?:run )?(\S+)/.exec(line) ?? [];
      const script = scripts[name] ?? "";
      const files = [`${scripts[`pre${name}`] ?? ""} ${script}`.matchAll(/\S+\.(?:ts|mjs)/g)].flatMap((m) => [...m]);
      expect(files.length).toBeGreaterThan(0);
      for (const [file] of files) expect({ file, there: existsSync(join(TOP, file)) }).toEqual({ file, there: true });
      // The demonstration is for people; what it shows is tested in test/hooks.
      expect(ci.includes(line.replace(/ --$/, "")) || name === "start").toBe(true);
    });
  }
});

describe("the first two minutes", () => {
  test("end in a denied edit, and in one that passes once the file is given back", async () => {
    using sandbox = laySandbox();
    const [hold, giveBack] = SHOWN.blocks.filter(({ script }) => script.includes("--as me"));
    if (hold === undefined || giveBack === undefined)
      throw new Error("README.md does not hold a file and give it back");
    expectShown(sandbox, hold);
    const claude = session(sandbox.project, { env: sandbox.env });
    const { denied } = await claude.write("src/a.ts", "A\n");
    expect(denied).toMatch(patternOf('Not written: src/a.ts is held by me … "rebasing, hands off"…'));
    expect((await claude.write("src/b.ts", "B\n")).denied).toBeUndefined();
    expectShown(sandbox, giveBack);
    expect((await claude.write("src/a.ts", "A\n")).denied).toBeUndefined();
  });
});

describe("what README.md says a model reads", () => {
  const texts = [...README.matchAll(/`(Not written: [^`]+)`/g)].map(([, text = ""]) => text);

  test("is two denials", () => expect(texts).toHaveLength(2));

  test("is what it reads of a file that another one holds", async () => {
    using sandbox = laySandbox();
    const { project, env } = sandbox;
    project.configure({ hold: "turn" });
    const [a, b] = [session(project, { env }), session(project, { env })];
    await a.prompt("Tidy up");
    await a.write("src/a.ts", "A\n");
    expect((await b.write("src/a.ts", "B\n")).denied).toMatch(patternOf(texts[0] ?? ""));
  });

  test("is what it reads of a change that it has not seen", async () => {
    using sandbox = laySandbox();
    const { project, env } = sandbox;
    const [a, b] = [session(project, { env }), session(project, { env })];
    await b.read("src/a.ts");
    await a.write("src/a.ts", "A\n");
    await a.batch();
    expect((await b.write("src/a.ts", "B\n")).denied).toMatch(patternOf(texts[1] ?? ""));
  });
});
