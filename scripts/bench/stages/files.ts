/**
 * The same, and the files of a check are read and written as straight as can be: no schema, no rule, no lock that holds.
 * It is the floor of anything that does a check's work, and no coord.
 */
import { loadNative } from "../../../src/platform/sys/load.ts";
import { failed, type Sys } from "../../../src/platform/sys/types.ts";
import { readInput } from "../../../src/hooks/stdin.ts";

const room = new Uint8Array(65_536);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

function bytesOf(sys: Sys, path: string): Uint8Array<ArrayBuffer> | undefined {
  const fd = sys.open(path, "read-through");
  if (failed(fd)) return undefined;
  const n = sys.read(fd, room);
  sys.close(fd);
  return failed(n) ? undefined : room.subarray(0, n);
}

function textOf(sys: Sys, path: string): string | undefined {
  const bytes = bytesOf(sys, path);
  return bytes === undefined ? undefined : decoder.decode(bytes);
}

void loadNative().then(({ sys }) => {
  const input: unknown = JSON.parse(readInput(sys, sys.monotonicMs() + 2000));
  const call = typeof input === "object" && input !== null && "tool_input" in input ? input.tool_input : undefined;
  const named = typeof call === "object" && call !== null && "file_path" in call ? call.file_path : undefined;
  const real = sys.realpath(String(named));
  if (failed(real)) return sys.exit(1);
  let top = real.path;
  do top = top.slice(0, top.lastIndexOf("/"));
  while (top !== "" && typeof sys.stat(`${top}/.git`) === "string");
  const state = `${top}/.claude/coordination`;
  if (typeof sys.lstat(state) === "string") return sys.exit(1);
  for (const path of [`${state}/config.json`, `${process.env["HOME"]}/.config/coord/config.json`]) textOf(sys, path);
  for (const pid of [process.env["CLAUDE_PID"], process.pid]) textOf(sys, `/proc/${pid}/stat`);
  for (const path of ["/proc/sys/kernel/random/boot_id", "/etc/machine-id"]) textOf(sys, path);
  const key = new Bun.CryptoHasher("sha256").update(real.path.slice(top.length)).digest("hex").slice(0, 32);
  new Bun.CryptoHasher("sha1").update(bytesOf(sys, real.path) ?? "").digest("hex");
  const held = `${state}/guard/held.${process.pid}`;
  const taken = sys.rename(`${state}/guard/free`, held);
  for (const folder of ["locks", "files"]) {
    const record = JSON.stringify(JSON.parse(textOf(sys, `${state}/${folder}/${key}.json`) ?? "{}"));
    const scratch = `${state}/tmp/stage-${process.pid}`;
    const fd = sys.open(scratch, "create");
    if (failed(fd)) return sys.exit(1);
    sys.write(fd, encoder.encode(record));
    sys.close(fd);
    sys.rename(scratch, `${state}/tmp/stage-${folder}`);
    sys.unlink(`${state}/tmp/stage-${folder}`);
  }
  if (taken === "") sys.rename(held, `${state}/guard/free`);
  return sys.exit(0);
});
