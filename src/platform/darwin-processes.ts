/** Processes as macOS tells them: libproc, without reading a file. */
import { gone, shortBoot, shortHash, type ProcessSource } from "./process-source.ts";
import { parseBsdInfo, type Darwin } from "./sys/darwin.ts";

export function darwinSource(darwin: Darwin): ProcessSource {
  return {
    here: () => {
      const uuid = darwin.hostUuid();
      const boot = shortBoot(darwin.bootSession() ?? "0");
      const host = uuid === undefined ? `b${boot}` : shortHash(uuid);
      return { machine: { host, boot, pidns: "0" }, clockShiftMs: 0 };
    },
    facts: (pid) => {
      if (gone(pid)) return { found: "no" };
      const info = darwin.bsdInfo(pid);
      if (info === undefined) return { found: "opaque" };
      const { start, zombie } = parseBsdInfo(info);
      return { found: "yes", start, zombie };
    },
    parent: (pid) => {
      const info = darwin.bsdInfo(pid);
      if (info === undefined) return undefined;
      const { ppid, command } = parseBsdInfo(info);
      const of = versionOf(darwin.programPath(pid) ?? "");
      return { ppid, names: of === undefined ? [command] : [command, of] };
    },
  };
}

/**
 * What `path` is a version of: "claude" for `…/claude/versions/2.1.112`. A program that is started by a link bears the
 * name of the link on Linux, and of the file on macOS.
 */
function versionOf(path: string): string | undefined {
  const parts = path.split("/");
  return parts.at(-2) === "versions" ? parts.at(-3) : undefined;
}
