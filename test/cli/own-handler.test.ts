import { describe, expect, test } from "bun:test";
import { parseTree } from "jsonc-parser";
import { isCoordBinary, ownHook } from "../../src/cli/own-handler.ts";
import { wiring } from "../../src/cli/wiring.ts";

function read(handler: unknown): string | undefined {
  const node = parseTree(JSON.stringify(handler));
  return node === undefined ? undefined : ownHook(node);
}

describe("ownHook() knows", () => {
  test("every handler that install writes", () => {
    for (const scope of ["user", "project", "local"] as const) {
      for (const strict of [false, true]) {
        for (const { hook, group } of wiring({
          scope,
          strict,
          binary: "/x y/coord-linux-arm64-musl",
          writeTools: ["mcp__a__b"],
        })) {
          expect(read(group.hooks[0])).toBe(hook);
        }
      }
    }
  });

  const own: readonly unknown[] = [
    { type: "command", command: "coord hook check" },
    { type: "command", command: "/usr/local/bin/coord hook check", timeout: 600 },
    { type: "command", command: '"/x y/coord" hook check' },
    { type: "command", command: "C:\\tools\\coord.exe", args: ["hook", "check"] },
    { type: "command", command: "command -v coord >/dev/null 2>&1 || exit 0; exec coord hook check" },
  ];
  for (const handler of own) test(JSON.stringify(handler), () => expect(read(handler)).toBe("check"));
});

describe("ownHook() leaves to others", () => {
  const foreign: readonly unknown[] = [
    { type: "command", command: "my-coord hook check" },
    { type: "command", command: "coordinate hook check" },
    { type: "command", command: "/opt/coord/bin/run hook check" },
    { type: "command", command: "cd x && coord hook check" },
    { type: "command", command: "coord hook check; say done" },
    { type: "command", command: "coord hook checkout" },
    { type: "command", command: "coord statusline" },
    { type: "command", command: "coord", args: ["hook", "check", "--fast"] },
    { type: "command", command: "coord", args: ["hook"] },
    { type: "command", command: "coord", args: ["hook", "watch"] },
    { type: "command", command: "./guard.sh", args: ["hook", "check"] },
    { type: "http", command: "coord hook check", url: "http://127.0.0.1" },
    { type: "prompt", prompt: "coord hook check" },
    { command: "coord hook check" },
    { type: "command", command: ["coord", "hook", "check"] },
    "coord hook check",
    null,
    [],
  ];
  for (const handler of foreign) test(JSON.stringify(handler), () => expect(read(handler)).toBeUndefined());
});

test("isCoordBinary() takes release names, and no others", () => {
  for (const name of ["coord", "/a/coord", "coord-darwin-x64", "coord-linux-x64-baseline", "coord.exe"]) {
    expect(isCoordBinary(name)).toBe(true);
  }
  for (const name of ["bun", "/coord/bun", "coordx", "xcoord", "coord.sh", ""]) expect(isCoordBinary(name)).toBe(false);
});
