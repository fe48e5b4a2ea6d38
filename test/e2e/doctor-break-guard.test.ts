/** `coord doctor --break-guard`: for a holder that only a person can know to be gone. */
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { entries } from "../hooks/state.ts";
import { coord, jsonError } from "./cli.ts";

const HELD = "held.otherhost.otherboot.1.4242.77.abcdef";

function stuck(project: Project, name = HELD): void {
  mkdirSync(join(project.state, "guard"));
  writeFileSync(join(project.state, "guard", name), "");
}

test("a command that finds the guard held says by whom, and the line to type, which works", () => {
  using project = layProject();
  stuck(project);
  const { code, exit_code, message, hint } = jsonError(project, ["lock", "acquire", "a.ts", "--as", "a"]);
  expect([code, exit_code]).toEqual(["GUARD_BUSY", 1]);
  expect(message).toContain("process 4242");
  const [, words = ""] = /coord (doctor --break-guard \S+)/.exec(hint) ?? [];
  expect(words).toBe(`doctor --break-guard ${HELD}`);
  expect(coord(project, words.split(" ")).code).toBe(0);
  expect(entries(join(project.state, "guard"))).toEqual(["free"]);
  expect(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]).code).toBe(0);
}, 15_000);

test("a token that coord never made is broken by the line that the error says, too", () => {
  using project = layProject();
  stuck(project, "held.by-nobody");
  const { message, hint } = jsonError(project, ["lock", "acquire", "a.ts", "--as", "a"]);
  expect(message).toContain('locked by "held.by-nobody"');
  const [, words = ""] = /coord (doctor --break-guard \S+)/.exec(hint) ?? [];
  expect(coord(project, words.split(" ")).code).toBe(0);
  expect(entries(join(project.state, "guard"))).toEqual(["free"]);
}, 15_000);

test("a token whose name a shell would take apart is left to the doctor", () => {
  using project = layProject();
  stuck(project, "held.x;touch y");
  const { hint } = jsonError(project, ["lock", "acquire", "a.ts", "--as", "a"]);
  expect(hint).toEndWith("coord doctor");
  expect(coord(project, ["doctor"]).out).toContain("'");
}, 15_000);

test("only the exact name breaks a guard", () => {
  using project = layProject();
  stuck(project);
  for (const name of ["", "free", "*", "../guard/free", `${HELD}x`, HELD.replace("4242", "4243"), `../guard/${HELD}`]) {
    expect(jsonError(project, ["doctor", "--break-guard", name]).exit_code).toBe(2);
  }
  expect(entries(join(project.state, "guard"))).toEqual([HELD]);
});

test("a guard that is free is not broken", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "--as", "a"]);
  expect(jsonError(project, ["doctor", "--break-guard", HELD]).exit_code).toBe(2);
  expect(entries(join(project.state, "guard"))).toEqual(["free"]);
});
