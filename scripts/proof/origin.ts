/** What a report is about: the commit, the versions and the machine. */
import { availableParallelism, cpus, release, totalmem, type as system } from "node:os";
import { join } from "node:path";

export interface Origin {
  readonly date: string;
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: string;
}

export function origin(top: string): Origin {
  const say = (...command: readonly string[]): string =>
    Bun.spawnSync([...command], { cwd: top, stderr: "ignore" })
      .stdout.toString()
      .trim();
  const changed = say("git", "status", "--porcelain", "--untracked-files=no") === "" ? "" : ", with changes";
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const disk = say("df", "--output=fstype", join(top, "dist")).split("\n").at(-1) ?? "";
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: `${say("git", "rev-parse", "--short=10", "HEAD")}${changed}`,
    versions: {
      coord: say(join(top, "dist", "coord"), "--version").replace("coord ", ""),
      Bun: Bun.version,
      Linux: release(),
      strace:
        say("strace", "--version")
          .split("\n")[0]
          ?.replace(/^strace -- version /, "") ?? "",
      git: say("git", "--version").replace("git version ", ""),
    },
    machine: `${system()} ${process.arch}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, ${memory}, ${disk}`,
  };
}
