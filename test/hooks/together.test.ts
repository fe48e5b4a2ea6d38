/** Several sessions at once on one file, each as a model would: what is denied is read again and tried again. */
import { expect, test } from "bun:test";
import { layProject, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";
import { faults, leftovers } from "./state.ts";

const ROUNDS = 5;

/** Adds a line to the file by reading and writing all of it, until a write goes through. */
async function addLine(project: Project, s: Session, line: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    await s.read("list.txt");
    const { denied } = await s.write("list.txt", `${project.content("list.txt")}${line}\n`);
    await s.batch();
    if (denied === undefined) return;
  }
  throw new Error(`Never written: ${line}`);
}

for (const hold of ["tool", "turn"] as const) {
  test(`four sessions under hold ${hold} lose none of the lines that they wrote`, async () => {
    using project = layProject({ files: { "list.txt": "" } });
    project.configure({ hold });
    const sessions = Array.from({ length: 4 }, () => session(project));
    const work = async (s: Session, i: number): Promise<void> => {
      await s.start();
      for (let round = 0; round < ROUNDS; round += 1) {
        await addLine(project, s, `${i}.${round}`);
        await s.stop();
      }
      await s.end();
    };
    await Promise.all(sessions.map(work));
    const wanted = sessions.flatMap((_, i) => Array.from({ length: ROUNDS }, (_none, round) => `${i}.${round}`));
    expect(project.content("list.txt").trimEnd().split("\n").toSorted()).toEqual(wanted.toSorted());
    expect(leftovers(project.state)).toEqual([]);
    expect(faults(project.state)).toEqual([]);
  }, 60_000);
}

test("sessions on files of their own never hear of each other's locks", async () => {
  using project = layProject();
  const sessions = Array.from({ length: 6 }, () => session(project));
  await Promise.all(
    sessions.map(async (s, i) => {
      for (let round = 0; round < 3; round += 1) {
        expect((await s.write(`${i}.txt`, `${round}\n`)).denied).toBeUndefined();
        await s.batch();
      }
      await s.end();
    }),
  );
  expect(leftovers(project.state)).toEqual([]);
  expect(faults(project.state)).toEqual([]);
}, 20_000);
