/**
 * The main job in a few seconds, without a client: two sessions of Claude Code share a project, and neither hurts the
 * other. Their hook inputs are real ones, the binary that answers is dist/coord. Exits with 1 if an answer is not what
 * it should be.
 *
 *   npm start     builds the binary and plays this
 */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sessionInstanceId } from "../src/app/identity.ts";
import { shellWord } from "../src/domain/quote.ts";
import { screen } from "./demo/screen.ts";
import { stage } from "./demo/stage.ts";
import { play, setUp } from "./demo/story.ts";
import { startClient } from "./stand-in/client.ts";
import { layProject, removeProject } from "./stand-in/project.ts";

const BINARY = join(dirname(import.meta.dir), "dist", "coord");

async function main(): Promise<number> {
  if (!existsSync(BINARY)) throw new Error("There is no dist/coord yet: npm run build");
  const show = screen();
  const project = layProject(tmpdir(), "shop", { "src/mail.ts": "export const mail = 0;\n" });
  const clients = [startClient([BINARY], project), startClient([BINARY], project)] as const;
  const cleanUp = async (): Promise<void> => {
    for (const client of clients) await client.kill();
    removeProject(project);
  };
  const interrupted = (): void => {
    void cleanUp().then(() => process.exit(130));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const [a, b] = clients;
    show.line(show.paint("bold", "Two Claude Code sessions in one project, and coord between them"));
    show.line(
      `A is ${sessionInstanceId(a.session.id)}, B is ${sessionInstanceId(b.session.id)}; their hooks call dist/coord.`,
    );
    const on = stage(BINARY, project, show);
    setUp(on);
    await play(on, { name: "A", client: a }, { name: "B", client: b });
    const { passed, failed } = on.counts();
    show.line();
    if (failed > 0) {
      show.line(show.paint("red", `${failed} of ${passed + failed} answers are not what they should be.`));
      return 1;
    }
    show.line(show.paint("green", `All ${passed} answers are what they should be.`));
    show.line("To have this in a project of your own, type there:");
    show.line(`  ${show.paint("bold", `${shellWord(BINARY) ?? BINARY} install --scope local`)}`);
    return 0;
  } finally {
    await cleanUp();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
