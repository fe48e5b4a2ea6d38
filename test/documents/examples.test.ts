/** Each example of each command's help, typed as it stands, in a fresh project. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { laySandbox } from "../golden/sandbox.ts";
import { TREE, type Verb } from "../../src/cli/tree.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(20_000);

const VERBS: readonly (readonly [path: string, verb: Verb])[] = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "verb"
    ? [[name, entry] as const]
    : [...entry.verbs].map(([verb, inner]) => [`${name} ${verb}`, inner] as const),
);

interface Way {
  /** Typed into the same shell before it, because it speaks of something that somebody has made. */
  readonly before?: readonly string[];
  /** The shell that it is for; where that is not installed, bash only sees whether `coord` answers. */
  readonly shell?: "zsh" | "fish";
}

const REGISTERED: Way = { before: ["coord instance register --task T --role R"] };
const WIRED: Way = { before: ["coord install"] };
const LOCK = "coord lock acquire src/a.ts";
const LOCKED: Way = { before: [LOCK] };
const DECIDED: Way = { before: ["coord decisions add --category security --title T --description D"] };

/** An example that is not here is typed as it stands, after nothing else. */
const WAYS: Readonly<Record<string, Way>> = {
  'eval "$(coord complete zsh)"': { shell: "zsh" },
  "coord complete fish | source": { shell: "fish" },
  "coord doctor": WIRED,
  "coord doctor --fix": WIRED,
  "coord instance unregister": REGISTERED,
  "coord instance heartbeat": REGISTERED,
  "coord instance show": REGISTERED,
  "coord instance show --json": REGISTERED,
  "coord lock renew src/a.ts": LOCKED,
  "coord lock renew src/a.ts --ttl 2h": LOCKED,
  "coord lock verify src/a.ts && mv new.ts src/a.ts": { before: [LOCK, "touch new.ts"] },
  "coord lock verify src/a.ts --fence 7": {
    // The seventh grant of that path.
    before: ["for i in 1 2 3 4 5 6; do coord lock acquire src/a.ts; coord lock release src/a.ts; done", LOCK],
  },
  "coord run --lock=a.ts sed -i s/x/y/ a.ts": { before: ["echo x >a.ts"] },
  'coord decisions query "$(coord decisions list --limit 1 | grep -o "DEC-[0-9a-f-]*" | head -1)"': DECIDED,
  "coord decisions import .claude/coordination/decision-log.json --dry-run": DECIDED,
};

/** Programs that examples call and that are not what they are about; they do nothing. */
const STAND_INS = ["npm", "make"] as const;

/** The code that an example's text tells, such as "exit code 10 while another holds it"; else 0. */
function promisedCode(does: string): number {
  return Number(/exit code (\d+)/.exec(does)?.[1] ?? 0);
}

function scriptOf(line: string, { before = [], shell }: Way): string {
  const prepared = before.map((one) => `${one} >/dev/null || exit 99`);
  const there = shell === undefined || Bun.which(shell) !== null;
  const typed =
    shell === undefined ? line : there ? `${shell} -c '${line}'` : (/coord complete \w+/.exec(line)?.[0] ?? line);
  return [...prepared, typed].join("\n");
}

/** Where releases are. A process of its own: the examples are run by this one, which then hears nothing. */
const SERVER = `const { port } = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("999.0.0") });
  process.stdout.write(String(port));`;
const server = Bun.spawn([process.execPath, "-e", SERVER], { stdout: "pipe", stderr: "inherit" });
let releases: string;

beforeAll(async () => {
  const { value } = await server.stdout.getReader().read();
  releases = `http://127.0.0.1:${new TextDecoder().decode(value)}`;
});
afterAll(async () => {
  server.kill();
  await server.exited;
});

describe("the examples of", () => {
  for (const [path, verb] of VERBS) {
    test(`coord ${path} work as they stand`, async () => {
      for (const [line, does] of (await verb.load()).examples) {
        using sandbox = laySandbox();
        for (const name of STAND_INS) {
          writeFileSync(join(sandbox.project.root, "bin", name), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
        }
        const { code, err } = sandbox.type(scriptOf(line, WAYS[line] ?? {}), { COORD_RELEASES: releases });
        const wanted = promisedCode(does);
        expect({ line, code, err: code === wanted ? "" : err }).toEqual({ line, code: wanted, err: "" });
        expect(line).toContain(`coord ${path}`);
      }
    });
  }

  test("nothing that is not there are prepared", async () => {
    const lines = await Promise.all(VERBS.map(async ([, verb]) => (await verb.load()).examples.map(([line]) => line)));
    expect(Object.keys(WAYS).filter((line) => !lines.flat().includes(line))).toEqual([]);
  });
});
