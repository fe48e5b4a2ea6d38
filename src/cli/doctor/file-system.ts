import { pathWord } from "../../domain/quote.ts";
import { randomName } from "../../platform/random-name.ts";
import { isShared, mountOf, parseMountInfo, parseMountOutput, type Mount } from "../../platform/mounts.ts";
import { readText } from "../../platform/text-file.ts";
import { failed, type Done, type Sys } from "../../platform/sys/types.ts";
import { layoutOf } from "../../store/file/layout.ts";
import type { Check } from "./check.ts";
import { stdoutOf } from "./run-child.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

const MAX_MOUNTS = 4 * 1024 * 1024;
const DEADLINE_MS = 5000;

/** Is the state on a local disk, and can the calls be made there on which it relies. */
export const fileSystem: Check = {
  name: "file system",
  needsState: true,
  look: async (scene) => {
    const { sys, workspace } = scene.app;
    const { stateDir } = workspace;
    const real = sys.realpath(stateDir);
    const mount = mountOf(await mounts(scene), failed(real) ? stateDir : real.path);
    return [...mountRemarks(mount, stateDir), ...callRemarks(sys, stateDir, scene.typed("doctor"))];
  },
};

/** What is mounted on this machine; nothing where it does not say. */
export async function mounts({ native, signal }: Pick<Scene, "native" | "signal">): Promise<readonly Mount[]> {
  if (native.darwin === undefined) {
    const text = readText(native.sys, "/proc/self/mountinfo", MAX_MOUNTS);
    return failed(text) ? [] : parseMountInfo(text.text);
  }
  const options = { cwd: "/", env: process.env, deadlineMs: DEADLINE_MS, signal };
  return parseMountOutput((await stdoutOf(["/sbin/mount"], options)) ?? "");
}

function mountRemarks(mount: Mount | undefined, stateDir: string): readonly Remark[] {
  if (mount === undefined || !isShared(mount)) return [];
  const text =
    `The state folder is on a shared or network file system (${mount.type} at ${mount.point}): ` +
    "sessions of one machine are safe from each other only if renames are atomic there, those of several are not";
  return [warning(text, `keep the project on a local disk, or COORD_DIR on one: df ${pathWord(stateDir)}`)];
}

/** Makes, flushes, links, renames and removes a file in the state's tmp/. */
function callRemarks(sys: Sys, stateDir: string, again: string): readonly Remark[] {
  const { tmp } = layoutOf(stateDir);
  const [from, linked, to] = [`${tmp}/${randomName()}`, `${tmp}/${randomName()}`, `${tmp}/${randomName()}`];
  const made = sys.open(from, "create");
  if (failed(made)) {
    const hint =
      made === "ENOENT"
        ? again.replace(/doctor$/, "doctor --fix")
        : `df ${pathWord(stateDir)}; ls -ld ${pathWord(tmp)}`;
    return [failing(`Cannot make a file in "${tmp}": ${made}`, hint)];
  }
  const tried: readonly (readonly [string, Done])[] = [
    ["fsync", sys.fsync(made)],
    ["close", sys.close(made)],
    ["link", sys.link(from, linked)],
    ["rename", sys.rename(from, to)],
    ["see what was renamed", typeof sys.lstat(to) === "string" ? "ENOENT" : ""],
  ];
  for (const path of [from, linked, to]) sys.unlink(path);
  const bad = tried.flatMap(([call, result]) => (result === "" ? [] : [`${call} (${result})`]));
  if (bad.length === 0) return [fine("Renames, links and flushing work where the state is")];
  return [failing(`The file system of "${stateDir}" cannot: ${bad.join(", ")}`, `df ${pathWord(stateDir)}`)];
}
