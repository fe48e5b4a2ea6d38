/** What a report is about: the commits, the versions and the machine. */
import { availableParallelism, cpus, release, totalmem, type as system } from "node:os";
import { join } from "node:path";

export interface Origin {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: string;
}

/** What is tried now: the commit, with a word where files differ from it, and the day. */
export function checkout(top: string): { readonly commit: string; readonly date: string } {
  const changed = say(top, "git", "status", "--porcelain", "--untracked-files=no") === "" ? "" : " with changes";
  const commit = `${say(top, "git", "rev-parse", "--short=10", "HEAD")}${changed}`;
  return { commit, date: new Date().toISOString().slice(0, 10) };
}

export function origin(top: string): Origin {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const disk = say(top, "df", "--output=fstype", join(top, "dist")).split("\n").at(-1) ?? "";
  return {
    versions: {
      coord: say(top, join(top, "dist", "coord"), "--version").replace("coord ", ""),
      Bun: Bun.version,
      Linux: release(),
      strace:
        say(top, "strace", "--version")
          .split("\n")[0]
          ?.replace(/^strace -- version /, "") ?? "",
      git: say(top, "git", "--version").replace("git version ", ""),
    },
    machine: `${system()} ${process.arch}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, ${memory}, ${disk}`,
  };
}

function say(top: string, ...command: readonly string[]): string {
  return Bun.spawnSync([...command], { cwd: top, stderr: "ignore" })
    .stdout.toString()
    .trim();
}
