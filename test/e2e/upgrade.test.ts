/** `coord upgrade --check`: asks one place for one version, and changes nothing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { coordAsync, type Ran } from "./cli.ts";

const versionSchema = v.strictObject({ version: v.string(), state_schema_version: v.string() });

let project: Project;
let server: ReturnType<typeof Bun.serve>;
let answer: () => Response | Promise<Response>;
const asked: string[] = [];

beforeAll(() => {
  project = layProject();
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      asked.push(new URL(request.url).pathname);
      return answer();
    },
  });
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.stop(true);
});

async function check(releases = `http://127.0.0.1:${server.port}/releases/`, words = ["--check"]): Promise<Ran> {
  return coordAsync(project, ["upgrade", ...words], { env: { COORD_RELEASES: releases } });
}

async function own(): Promise<string> {
  const { out } = await coordAsync(project, ["--version", "--json"]);
  return v.parse(versionSchema, JSON.parse(out)).version;
}

test("a newer version is named, with the line that gets it", async () => {
  answer = () => new Response("999.0.0\n");
  const { code, out, err } = await check();
  expect([code, err]).toEqual([0, ""]);
  expect(asked.at(-1)).toBe("/releases/latest/download/VERSION");
  const url = `http://127.0.0.1:${server.port}/releases/download/v999.0.0/install.sh`;
  expect(out).toBe(
    `coord 999.0.0 is out; this is ${await own()}. To get it:\n  curl -fsSL ${url} | sh -s -- --dir ${dirname(BINARY)}\n`,
  );
  const json: unknown = JSON.parse((await check(undefined, ["--check", "--json"])).out);
  expect(json).toMatchObject({ newest: "999.0.0", is_newest: false, installed_by: "installer" });
});

test("the same version, an older one and one that comes before it are no news", async () => {
  for (const version of [await own(), "0.0.1", `${await own()}-rc.1`]) {
    answer = () => new Response(`${version}\n`);
    const { code, out, err } = await check();
    expect([code, out, err]).toEqual([0, `coord ${await own()} is the newest version.\n`, ""]);
  }
});

test("what npm or Homebrew installed, they replace", async () => {
  answer = () => new Response("999.0.0");
  for (const [folder, line] of [
    ["lib/node_modules/@org/coord-linux-x64/bin", "npm install --global @org/coord@999.0.0"],
    ["lib/node_modules/coord/node_modules/coord-darwin-arm64/bin", "npm install --global coord@999.0.0"],
    ["homebrew/Cellar/coord/0.1.0/bin", "brew upgrade coord"],
  ] as const) {
    const binary = join(project.root, folder, "coord");
    mkdirSync(dirname(binary), { recursive: true });
    copyFileSync(BINARY, binary);
    chmodSync(binary, 0o755);
    const child = Bun.spawn([binary, "upgrade", "--check"], {
      cwd: project.dir,
      env: { ...project.env, COORD_RELEASES: `http://127.0.0.1:${server.port}` },
    });
    expect(await new Response(child.stdout).text()).toEndWith(`  ${line}\n`);
  }
});

test("an answer that is no version, is missing, comes never to its end, or does not come is told", async () => {
  const answers: readonly (readonly [() => Response, string])[] = [
    [() => new Response("<html>Sign in</html>"), "is no version"],
    [() => new Response("1.0.0; rm -rf ~"), "is no version"],
    [() => new Response(""), "is no version"],
    [() => new Response("gone", { status: 404 }), "it answers 404"],
    [
      () => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(4096)) })),
      "is no version",
    ],
  ];
  for (const [given, why] of answers) {
    answer = given;
    const { code, out, err } = await check();
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(why);
    expect(err).toContain("check the network");
  }
  const nobody = await check("http://127.0.0.1:9");
  expect([nobody.code, nobody.out]).toEqual([1, ""]);
  expect(nobody.err).toContain("cannot be had");
});

test("nobody is asked over a plain connection, or without --check", async () => {
  const before = asked.length;
  for (const releases of ["http://example.com/releases", "ftp://127.0.0.1", "nonsense"]) {
    const { code, err } = await check(releases);
    expect([code, err]).toEqual([2, expect.stringContaining("no https address")]);
  }
  expect(await check(undefined, [])).toMatchObject({ code: 2, err: expect.stringContaining("coord upgrade --check") });
  expect((await check("")).err).toContain("without the address of its releases");
  expect(asked.length).toBe(before);
});

test("an answer that comes over a plain connection after all is not believed", async () => {
  // Another address of this machine, which counts as any other machine.
  const elsewhere = Bun.serve({ hostname: "127.0.0.2", port: 0, fetch: () => new Response("999.0.0\n") });
  answer = () => Response.redirect(`http://127.0.0.2:${elsewhere.port}/VERSION`);
  const { code, out, err } = await check();
  await elsewhere.stop(true);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("it leads to a plain connection");
});
