/** A hook in this process: the real entry, with stdin, stdout and the end of the process taken by the test. */
import type { HookVerb } from "../../../src/domain/hook-verb.ts";
import { runHook } from "../../../src/hooks/run.ts";
import type { Native } from "../../../src/platform/sys/load.ts";
import type { Ended } from "../../hooks/hook.ts";

const ENDED = "ended here";

/** What the process would have said. An error that nobody caught is its exit code 1, and is told on stderr. */
export async function hookInProcess(native: Native, verb: HookVerb, input: Uint8Array): Promise<Ended> {
  let read = 0;
  let stdout = "";
  let exitCode: number | undefined;
  const decoder = new TextDecoder();
  const sys: Native["sys"] = {
    ...native.sys,
    readable: (fd, ms) => fd === 0 || native.sys.readable(fd, ms),
    read: (fd, into) => {
      if (fd !== 0) return native.sys.read(fd, into);
      const part = input.subarray(read, read + into.length);
      into.set(part);
      read += part.length;
      return part.length;
    },
    write: (fd, bytes) => {
      if (fd !== 1) return native.sys.write(fd, bytes);
      stdout += decoder.decode(bytes);
      return bytes.length;
    },
    exit: (code) => {
      exitCode = code;
      throw new Error(ENDED);
    },
  };
  try {
    await runHook({ ...native, sys }, verb);
  } catch (error) {
    if (exitCode === undefined || !(error instanceof Error) || error.message !== ENDED)
      return { exitCode: 1, signal: null, stdout, stderr: error instanceof Error ? `${error.stack}` : String(error) };
  }
  return { exitCode: exitCode ?? null, signal: null, stdout, stderr: "" };
}
