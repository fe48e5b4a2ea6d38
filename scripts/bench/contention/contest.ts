/** Several processes that want the same path, or one each, for a while. */
import * as v from "valibot";
import type { Project } from "../../stand-in/project.ts";
import type { Contention } from "./contender.ts";
import type { Way } from "./takers.ts";

const ContentionSchema = v.object({
  waits: v.array(v.number()),
  holds: v.array(v.number()),
  turnedAway: v.number(),
  elapsedMs: v.number(),
});

export interface Contest {
  readonly way: Way;
  readonly seconds: number;
  /** In the project, what each process wants. */
  readonly paths: readonly string[];
}

/** What each process met. All of them are ready before the first one begins. */
export async function contest(project: Project, { way, seconds, paths }: Contest): Promise<readonly Contention[]> {
  const contenders = paths.map((path, i) => {
    const name = `contender-${i}`;
    return start(project, name, [way, project.top, name, path, String(seconds)]);
  });
  try {
    // All at once: one that fails is heard of, while others are still on their way.
    await Promise.all(contenders.map(({ ready }) => ready));
    await Promise.all(contenders.map(({ go }) => go()));
    return await Promise.all(contenders.map(({ result }) => result()));
  } finally {
    await Promise.all(contenders.map(({ kill }) => kill()));
  }
}

interface Contender {
  readonly ready: Promise<void>;
  readonly go: () => Promise<void>;
  readonly result: () => Promise<Contention>;
  readonly kill: () => Promise<void>;
}

function start(project: Project, name: string, words: readonly string[]): Contender {
  const script = Bun.fileURLToPath(new URL("./contender.ts", import.meta.url));
  const child = Bun.spawn([process.execPath, script, ...words], {
    env: project.env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = linesOf(child.stdout);
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${name} ended early`);
    return value;
  };
  const ready = next().then((line) => {
    if (line !== "ready") throw new Error(`${name} says "${line}" instead of "ready"`);
  });
  return {
    ready,
    go: async () => {
      await child.stdin.write("go\n");
      await child.stdin.end();
    },
    result: async () => v.parse(ContentionSchema, JSON.parse(await next())),
    kill: async () => {
      child.kill();
      await child.exited;
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const rows = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = rows.pop() ?? "";
    yield* rows;
  }
}
