/**
 * libSystem as macOS answers, played from what its sources and headers say: apple-oss-distributions/xnu, <libproc.h>,
 * <sys/proc_info.h> (struct proc_bsdinfo), <signal.h> (struct sigaction). Not recorded on a Mac.
 */
import { BSDINFO_SIZE, type DarwinLibrary } from "../../src/platform/sys/darwin.ts";

export interface PlayedProcess {
  readonly ppid: number;
  /** SIDL 1, SRUN 2, SSLEEP 3, SSTOP 4, SZOMB 5. */
  readonly status?: number;
  readonly seconds?: bigint;
  readonly micros?: bigint;
  readonly command?: string;
  readonly path?: string;
}

export interface Played {
  readonly processes: Readonly<Record<number, PlayedProcess>>;
  readonly uptimeNs: bigint;
  /** As `sysctl -n kern.bootsessionuuid` prints it. */
  readonly bootSession: string | undefined;
  /** 16 bytes in hex. */
  readonly hostUuid: string | undefined;
  readonly ignored: readonly number[];
  /** What fcntl(F_FULLFSYNC) answers: -1 on file systems that have it not. */
  readonly fullSync: number;
}

export const MAC: Played = {
  processes: {},
  uptimeNs: 86_400_000_123_456n,
  bootSession: "5E6FFEBE-3D2C-4C62-9A60-0D8F7B9C1A2E",
  hostUuid: "0123456789abcdef0123456789abcdef",
  ignored: [],
  fullSync: 0,
};

const MAX_COMMAND = 15;

/** A struct proc_bsdinfo, little-endian. */
export function bsdInfo(pid: number, of: PlayedProcess): Uint8Array {
  // Somewhere in a larger buffer, where an offset that is forgotten shows.
  const bytes = new Uint8Array(new ArrayBuffer(BSDINFO_SIZE + 8), 8);
  const view = new DataView(bytes.buffer, 8);
  view.setUint32(4, of.status ?? 3, true);
  view.setUint32(12, pid, true);
  view.setUint32(16, of.ppid, true);
  const command = new TextEncoder().encode(of.command ?? "zsh");
  bytes.set(command.subarray(0, MAX_COMMAND), 48);
  // pbi_name: up to 31 bytes, right behind.
  bytes.set(command.subarray(0, 31), 64);
  view.setBigUint64(120, of.seconds ?? 1_767_873_953n, true);
  view.setBigUint64(128, of.micros ?? 123_456n, true);
  return bytes;
}

/** Answers as the system does, and notes each call. */
export function playedLibrary(played: Played, calls: string[] = []): DarwinLibrary {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return {
    clock_gettime_nsec_np: (clock) => {
      calls.push(`clock_gettime_nsec_np ${clock}`);
      return played.uptimeNs;
    },
    sysctlbyname: (name, value, size) => {
      calls.push(`sysctlbyname ${text(name)}`);
      if (played.bootSession === undefined) return -1;
      const answer = new TextEncoder().encode(`${played.bootSession}\0`);
      if (BigInt(answer.length) > (size[0] ?? 0n)) return -1;
      value.set(answer);
      size[0] = BigInt(answer.length);
      return 0;
    },
    gethostuuid: (uuid, [seconds, nanos]) => {
      calls.push(`gethostuuid ${seconds}.${nanos}`);
      if (played.hostUuid === undefined) return -1;
      uuid.set(Uint8Array.fromHex(played.hostUuid));
      return 0;
    },
    proc_pidinfo: (pid, flavor, zombiesToo, into, size) => {
      calls.push(`proc_pidinfo ${pid} ${flavor} ${zombiesToo} ${size}`);
      const found = played.processes[pid];
      // Without the argument a zombie is ESRCH: `findzomb` in xnu's proc_info.c.
      if (found === undefined || (found.status === 5 && zombiesToo === 0) || size < BSDINFO_SIZE) return 0;
      into.set(bsdInfo(pid, found));
      return BSDINFO_SIZE;
    },
    proc_pidpath: (pid, into, size) => {
      const path = new TextEncoder().encode(played.processes[pid]?.path ?? "");
      into.set(path.subarray(0, size));
      return path.length;
    },
    poll: (fds, count, ms) => {
      calls.push(`poll ${fds[0]} ${fds[1]} ${count} ${ms}`);
      return 1;
    },
    sigaction: (signal, _, into) => {
      into[0] = played.ignored.includes(signal) ? 1n : 0n;
      return 0;
    },
    fcntl: (fd, command) => {
      calls.push(`fcntl ${fd} ${command}`);
      return played.fullSync;
    },
  };
}
