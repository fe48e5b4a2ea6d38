/** Broken guards, each made from the real one by wrapping one of its ports: the hammer has to catch every one of them. */
import type { ProcessRef, Verdict } from "../../../src/domain/process.ts";
import { failed, type Sys } from "../../../src/platform/sys/types.ts";
import type { GuardPorts } from "../../../src/store/file/guard.ts";
import { FREE, parseHeld } from "../../../src/store/file/token.ts";

export const MUTANTS = ["none", "steal-by-age", "always-dead", "pid-only", "no-audit", "unlink-takeover"] as const;
export type Mutant = (typeof MUTANTS)[number];

export function isMutant(text: string | undefined): text is Mutant {
  return MUTANTS.some((mutant) => mutant === text);
}

/** Longer than a holder ever needs, shorter than the hammer pauses one. */
const STEAL_AFTER_MS = 20;
/** Between judging a holder dead and acting on it: so that two judge the same one. */
const HESITATE_MS = 3;

export function broken(ports: GuardPorts, mutant: Mutant): GuardPorts {
  switch (mutant) {
    case "none":
      return ports;
    case "steal-by-age":
      return { ...ports, judge: (ref) => (isOld(ports, ref) ? "dead" : ports.judge(ref)) };
    case "always-dead":
      return { ...ports, judge: () => "dead" };
    case "pid-only":
      return { ...ports, judge: pidOnly };
    case "no-audit":
      return { ...ports, sys: deafToCopies(ports) };
    case "unlink-takeover":
      // Without the audit, which sees the second token and saves it (30 s of hammering found nothing then): this is how
      // a lock file that is no token is taken over.
      return { ...ports, sys: deafToCopies({ ...ports, sys: unlinking(ports) }) };
  }
  return mutant satisfies never;
}

function isOld({ sys, dir }: GuardPorts, ref: ProcessRef): boolean {
  const names = sys.list(dir);
  if (failed(names)) return false;
  return names.some((name) => {
    if (parseHeld(name)?.pid !== ref.pid) return false;
    const stat = sys.lstat(`${dir}/${name}`);
    return typeof stat !== "string" && Date.now() - Number(stat.ctimeNs) / 1e6 > STEAL_AFTER_MS;
  });
}

/** Looks for the number alone, as if there were one machine and one namespace. */
function pidOnly(ref: ProcessRef): Verdict {
  try {
    process.kill(ref.pid, 0);
    return "alive";
  } catch {
    return "dead";
  }
}

/** Right after a token was taken, the listing shows no other. */
export function deafToCopies({ sys, dir }: GuardPorts): Sys {
  let mine: string | undefined;
  return {
    ...sys,
    rename: (from, to) => {
      const done = sys.rename(from, to);
      const name = to.slice(dir.length + 1);
      if (done === "" && to.startsWith(`${dir}/`) && name !== FREE) mine = name;
      return done;
    },
    list: (path) => {
      if (path !== dir || mine === undefined) return sys.list(path);
      const only = [mine];
      mine = undefined;
      return only;
    },
  };
}

/** Takes over by removing the dead holder's token and making one of its own: two calls instead of one. */
export function unlinking({ sys, dir }: GuardPorts): Sys {
  return {
    ...sys,
    rename: (from, to) => {
      const takesOver = from.startsWith(`${dir}/`) && from !== `${dir}/${FREE}` && to !== `${dir}/${FREE}`;
      if (!takesOver) return sys.rename(from, to);
      sys.sleepMs(HESITATE_MS);
      sys.unlink(from);
      const fd = sys.open(to, "create");
      if (failed(fd)) return fd;
      return sys.close(fd);
    },
  };
}
