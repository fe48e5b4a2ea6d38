/** Where a benchmark takes place: the binaries, the disks, and what to clean up after it. */
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { startClient, type Client } from "../stand-in/client.ts";
import { layProject, removeProject, type Project } from "../stand-in/project.ts";
import type { Row } from "./figure.ts";
import type { Curve } from "./growth/curve.ts";

const TOP = dirname(dirname(import.meta.dir));

export interface Setting {
  readonly coord: string;
  /** The empty program of the same Bun, compiled with the same flags. */
  readonly empty: string;
  /** A folder on a real disk, and one in memory where the system has such a thing. */
  readonly disk: string;
  readonly memory: string | undefined;
  /** Fewer runs: to see that it works, not to judge. */
  readonly quick: boolean;
  readonly report: (row: Row) => void;
  readonly reportCurve: (curve: Curve) => void;
  readonly project: (parent: string, files?: Readonly<Record<string, string>>) => Project;
  readonly client: (project: Project) => Client;
  /** Compiles another program with the flags that coord is compiled with, and answers its path. */
  readonly program: (entry: string) => string;
  /** Ends and removes, now, all that was made since: a suite that needs much room calls it in between. */
  readonly clear: () => Promise<void>;
}

export type Suite = (setting: Setting) => Promise<void>;

/** Calls `body` and cleans up after it, whatever happens. */
export async function withSetting(
  options: Pick<Setting, "quick" | "report" | "reportCurve">,
  body: (setting: Setting) => Promise<void>,
): Promise<void> {
  const bin = mkdtempSync(join(tmpdir(), "coord-bench-"));
  const projects: Project[] = [];
  const clients: Client[] = [];
  const clear = async (): Promise<void> => {
    for (const client of clients.splice(0)) await client.kill();
    for (const project of projects.splice(0)) removeProject(project);
  };
  const cleanUp = async (): Promise<void> => {
    await clear();
    rmSync(bin, { recursive: true, force: true });
  };
  const interrupted = (): void => {
    void cleanUp().then(() => process.exit(130));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    // Not dist/coord: somebody may build that anew in the meantime.
    const coord = join(bin, "coord");
    build("--outfile", coord);
    build("--empty");
    await body({
      ...options,
      clear,
      program: (entry) => {
        const outfile = join(bin, basename(entry, ".ts"));
        build("--entry", entry, "--outfile", outfile);
        return outfile;
      },
      coord,
      empty: join(TOP, "dist", "empty"),
      disk: fileSystemOf(tmpdir()) === "tmpfs" ? join(TOP, "dist") : tmpdir(),
      memory: fileSystemOf("/dev/shm") === "tmpfs" ? "/dev/shm" : undefined,
      project: (parent, files) => {
        const project = layProject(parent, "project", files);
        projects.push(project);
        return project;
      },
      client: (project) => {
        const client = startClient([coord], project);
        clients.push(client);
        return client;
      },
    });
  } finally {
    await cleanUp();
  }
}

function build(...args: readonly string[]): void {
  const run = Bun.spawnSync([process.execPath, join(TOP, "scripts", "build.ts"), ...args], { stdin: "ignore" });
  if (run.exitCode !== 0) throw new Error(`Cannot build: ${run.stderr.toString()}`);
}

/** As statfs(2) numbers them. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x01021994, "tmpfs"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x794c7630, "overlayfs"],
]);

export function fileSystemOf(folder: string): string | undefined {
  try {
    return FILE_SYSTEMS.get(statfsSync(folder).type);
  } catch {
    return undefined;
  }
}
