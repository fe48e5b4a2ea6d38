/** The sweeps of this folder call everything that there is: a new command has to be among them. */
import { expect, test } from "bun:test";
import { TREE } from "../../../src/cli/tree.ts";
import { commandCalls } from "./call.ts";

test("every command of the tree is called by the sweeps", () => {
  const names = [...TREE].flatMap(([name, entry]) =>
    entry.kind === "verb" ? [name] : [...entry.verbs.keys()].map((verb) => `${name} ${verb}`),
  );
  const calls = commandCalls({ held: "h", mine: "m", lockId: "l", decision: "d", import: "i" }).map(({ name }) => name);
  const isCalled = (name: string): boolean => calls.some((call) => call === name || call.startsWith(`${name} `));
  // Hooks have calls of their own, by event.
  expect(names.filter((name) => !name.startsWith("hook ") && !isCalled(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(30);
});
