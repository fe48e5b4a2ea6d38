/** Sixteen processes that want one path: each gets it, again and again, and nobody waits for ever. */
import * as v from "valibot";
import type { Project } from "../stand-in/project.ts";
import { openProject } from "./app.ts";
import type { Contention } from "./contender.ts";
import type { Setting, Suite } from "./setting.ts";
import { mean, percentile } from "./stats.ts";

const PROCESSES = 16;

const ContentionSchema = v.object({ waits: v.array(v.number()), holds: v.array(v.number()) });

export const contention: Suite = async (setting) => {
  const project = setting.project(setting.disk, { "src/a.ts": "export const a = 1;\n" });
  await openProject(project);
  const seconds = setting.quick ? 3 : 15;
  const contenders = Array.from({ length: PROCESSES }, (_, i) => start(project, `contender-${i}`, seconds));
  try {
    for (const { ready } of contenders) await ready;
    await Promise.all(contenders.map(({ go }) => go()));
    report(setting, await Promise.all(contenders.map(({ result }) => result)), seconds);
  } finally {
    for (const { kill } of contenders) kill();
  }
};

function report(setting: Setting, all: readonly Contention[], seconds: number): void {
  const counts = all.map(({ waits }) => waits.length);
  const hold = mean(all.flatMap(({ holds }) => holds));
  const waits = all.flatMap(({ waits }) => waits);
  const least = Math.min(...counts);
  const note = `${waits.length} grants in ${seconds} s; the least lucky process had ${least}, the luckiest ${Math.max(...counts)}`;
  const name = `${PROCESSES} processes on one path, p99 wait`;
  const against = { what: "mean hold", value: hold };
  setting.report({ name, unit: "ms", measured: percentile(waits, 0.99), against, bar: { times: 50 }, note });
  if (least === 0) throw new Error("A process never got the path");
}

interface Contender {
  readonly ready: Promise<void>;
  readonly go: () => Promise<void>;
  readonly result: Promise<Contention>;
  readonly kill: () => void;
}

function start(project: Project, name: string, seconds: number): Contender {
  const script = Bun.fileURLToPath(new URL("./contender.ts", import.meta.url));
  const child = Bun.spawn([process.execPath, script, project.top, name, String(seconds)], {
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
    result: ready.then(next).then((line) => v.parse(ContentionSchema, JSON.parse(line))),
    kill: () => child.kill(),
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
