/** The same, and the hook's input is read and checked. */
import { loadNative } from "../../../src/platform/sys/load.ts";
import { isHookInput } from "../../../src/schema/compiled.ts";
import { parseJson } from "../../../src/schema/json.ts";
import { readInput } from "../../../src/hooks/stdin.ts";

void loadNative().then(({ sys }) => {
  const input = parseJson(isHookInput, readInput(sys, sys.monotonicMs() + 2000));
  sys.exit(input.ok ? 0 : 1);
});
