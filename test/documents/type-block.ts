import { expect } from "bun:test";
import type { Sandbox } from "../golden/sandbox.ts";
import type { Block } from "./blocks.ts";
import { patternOf } from "./readme.ts";

/** Types a block as a reader would, into a shell that stops at what fails, and expects what the document shows. */
export function expectShown(sandbox: Sandbox, { script, prints, code }: Block): void {
  // Only the last line may fail, and only where the document says so.
  const typed = sandbox.type(`exec 2>&1\nset -euo pipefail\n${script}`);
  expect({ script, code: typed.code, out: typed.out }).toEqual({ script, code, out: typed.out });
  if (prints !== undefined) expect(typed.out).toMatch(patternOf(prints));
  // What is not shown is no error.
  else if (code === 0) expect(typed.out).not.toMatch(/^(?:Error|Next): /m);
}
