/** How long a lock lives with its holder's lease: DESIGN section 2. Time is the subject here. */
import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject, until, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";
import { instances, locks } from "./state.ts";

const SHORT = { hold: "session", ttl: "1s", stale_after: "1s", on_conflict: "off" } as const;

async function holding(project: Project): Promise<{ readonly a: Session; readonly b: Session }> {
  project.configure(SHORT);
  const [a, b] = [session(project), session(project)];
  expect(await a.write("a.ts", "A\n")).toEqual(SILENCE);
  await a.batch();
  return { a, b };
}

/** How long the lease of A has run, by the wall clock that is on record. */
function age(project: Project, a: Session): number {
  const record = instances(project.state).find(({ instance_id }) => instance_id === a.id);
  return Date.now() - (record?.pinged.wall_ms ?? Date.now());
}

test("a lock ends with the lease of a holder that is silent, also while its process lives", async () => {
  using project = layProject();
  const { a, b } = await holding(project);
  expect((await b.write("a.ts", "B\n")).denied).toContain(`held by ${a.id}`);
  await until("the lease is over", () => age(project, a) > 1100);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  expect((await a.write("a.ts", "A2\n")).denied).toContain(`held by ${b.id}`);
});

const SIGNS: readonly (readonly [what: string, give: (a: Session) => Promise<unknown>])[] = [
  ["a tool that begins", (a) => a.begin("Bash", { command: "true" })],
  ["a tool that ends", async (a) => a.finish({ told: SILENCE, tool: "Bash", input: {}, id: "t" })],
  ["a prompt", (a) => a.prompt("Go on")],
  ["a write elsewhere", (a) => a.write("other.ts", "1\n")],
  ["a batch", (a) => a.batch()],
  ["the end of a turn", (a) => a.stop()],
  ["an event of its subagent", (a) => a.subagent("x1").begin("Bash", { command: "true" })],
];

for (const [what, give] of SIGNS) {
  test(`a lock lives on with each sign of life of its holder: ${what}`, async () => {
    using project = layProject({ files: { "x.ts": "" } });
    const { a, b } = await holding(project);
    if (what.includes("subagent")) await a.subagent("x1").start();
    const first = Date.now();
    while (Date.now() - first < 1300) {
      await give(a);
      await Bun.sleep(100);
    }
    expect((await b.write("a.ts", "B\n")).denied).toContain(`held by ${a.id}`);
  });
}

test("a tool that says how long it may run keeps the lease that long", async () => {
  using project = layProject();
  const { a, b } = await holding(project);
  await a.begin("Bash", { command: "make", timeout: 60_000 });
  await until("the usual lease is over", () => age(project, a) > 1100);
  expect((await b.write("a.ts", "B\n")).denied).toContain(`held by ${a.id}`);
  expect(locks(project.state)).toEqual([`a.ts session ${a.id}`]);
});
