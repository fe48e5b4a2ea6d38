import { accessSync, constants, realpathSync } from "node:fs";
import { pathWord } from "../../domain/quote.ts";
import { ownBinary } from "../ground.ts";
import { VERSION } from "../version.ts";
import { liesInProject } from "./came-along.ts";
import type { Check } from "./check.ts";
import { stdoutOf } from "./run-child.ts";
import { failing, fine, warning, type Remark } from "./finding.ts";
import { executablesOn } from "./on-path.ts";
import { sameContent } from "./same-content.ts";
import type { Scene } from "./scene.ts";
import { wiredPrograms } from "./programs.ts";

const DEADLINE_MS = 5000;

/** This coord, the one that hooks start, every other one on PATH, and Claude Code. */
export const versions: Check = {
  name: "versions",
  needsState: false,
  look: async (scene) => [
    fine(`This is coord ${VERSION}: ${ownBinary()}`),
    ...(await wiredRemarks(scene)),
    ...(await pathRemarks(scene)),
    ...(await clientRemarks(scene)),
  ],
};

async function wiredRemarks(scene: Scene): Promise<readonly Remark[]> {
  const remarks: Remark[] = [];
  for (const { scope, path } of wiredPrograms(scene.ground)) {
    const again = scene.typed(`install --scope ${scope}`);
    if (path === undefined) {
      const text = `Hooks of ${scope} scope look for coord on PATH, where there is none: they do nothing`;
      remarks.push(failing(text, `ln -s ${pathWord(ownBinary())} ${pathWord(`${folderForLink()}/coord`)}`));
      continue;
    }
    if (realOf(path) === ownBinary()) continue;
    if (scope !== "user" && liesInProject(scene, path)) {
      remarks.push(warning(`Hooks of ${scope} scope start "${path}", which came with this project: not asked`, again));
      continue;
    }
    const version = await versionOf(scene, path);
    if (version === undefined) remarks.push(failing(`The wired "${path}" does not say that it is coord`, again));
    else if (version !== VERSION) remarks.push(warning(`Hooks start coord ${version}: ${path}`, again));
    else remarks.push(fine(`Hooks start another copy of coord ${version}: ${path}`));
  }
  return remarks;
}

async function pathRemarks(scene: Scene): Promise<readonly Remark[]> {
  const own = ownBinary();
  const all = executablesOn(process.env["PATH"], "coord");
  const [winner] = all;
  const remarks: Remark[] = [];
  for (const { path, real } of all) {
    if (real === own || sameContent(real, own)) continue;
    const version = await versionOf(scene, path);
    const what = version === undefined ? "a program that is not this coord" : `coord ${version} of other content`;
    const wins = path === winner?.path ? "it wins over this one" : `"${winner?.path ?? own}" wins over it`;
    remarks.push(
      warning(`On PATH there is also ${what}: ${path}; ${wins}`, `ln -sf ${pathWord(own)} ${pathWord(path)}`),
    );
  }
  return remarks;
}

/** Exec form came with the first, CLAUDE_PID with the second: CLAUDE_CODE.md sections 2.2 and 4.2. */
const OLDEST = [2, 1, 139] as const;
const TELLS_PID = [2, 1, 214] as const;

async function clientRemarks(scene: Scene): Promise<readonly Remark[]> {
  const claude = Bun.which("claude");
  if (claude === null) return [fine("Claude Code is not on PATH: its version is not known")];
  const told = await askVersion(scene, claude);
  const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(told ?? "") ?? [];
  if (major === undefined || minor === undefined || patch === undefined) {
    return [warning(`"${claude}" does not tell its version`, `${pathWord(claude)} --version`)];
  }
  const version = [Number(major), Number(minor), Number(patch)] as const;
  const name = `Claude Code ${version.join(".")}`;
  if (isBefore(version, OLDEST)) {
    return [
      failing(
        `${name} does not start hooks as install wires them; from ${OLDEST.join(".")} on it does`,
        "claude update",
      ),
    ];
  }
  if (isBefore(version, TELLS_PID)) {
    return [
      warning(`${name} does not tell hooks its process; from ${TELLS_PID.join(".")} on it does`, "claude update"),
    ];
  }
  return [fine(`${name}: ${claude}`)];
}

type Version = readonly [number, number, number];

function isBefore(a: Version, b: Version): boolean {
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;
}

async function versionOf(scene: Scene, path: string): Promise<string | undefined> {
  return /^coord (\S+)\s*$/.exec((await askVersion(scene, path)) ?? "")?.[1];
}

async function askVersion({ app, signal }: Scene, path: string): Promise<string | undefined> {
  const options = { cwd: app.workspace.worktreePath, env: process.env, deadlineMs: DEADLINE_MS, signal };
  return stdoutOf([path, "--version"], options);
}

/** The first folder on PATH that the user may write to. */
function folderForLink(): string {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
  return folders.find(isWritable) ?? "/usr/local/bin";
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
