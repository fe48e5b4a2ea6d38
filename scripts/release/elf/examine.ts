/** What a Linux binary must be for a release: started by its own libc's loader, with libraries that systems have. */
import type { BinaryReport } from "../binary-report.ts";
import { readElf } from "./read.ts";

interface Libc {
  readonly loaders: Readonly<Record<string, string>>;
  /** What has to be installed for each that may be linked. */
  readonly libraries: Readonly<Record<string, string>>;
}

const GLIBC: Libc = {
  loaders: { x64: "/lib64/ld-linux-x86-64.so.2", arm64: "/lib/ld-linux-aarch64.so.1" },
  libraries: {
    "libc.so.6": "glibc",
    "libm.so.6": "glibc",
    "libdl.so.2": "glibc",
    "libpthread.so.0": "glibc",
    "ld-linux-x86-64.so.2": "glibc",
    "ld-linux-aarch64.so.1": "glibc",
  },
};
const MUSL: Libc = {
  loaders: { x64: "/lib/ld-musl-x86_64.so.1", arm64: "/lib/ld-musl-aarch64.so.1" },
  libraries: {
    "libc.musl-x86_64.so.1": "musl",
    "libc.musl-aarch64.so.1": "musl",
    "libstdc++.so.6": "libstdc++",
    "libgcc_s.so.1": "libgcc",
  },
};
/** That of RHEL 8 and Debian 10: what needs more than this shuts out systems that are still in use. */
const NEWEST_GLIBC = "2.28";

/** Throws where the file is no ELF file, or one that contradicts itself. */
export function examineElf(bytes: Buffer): BinaryReport {
  const { architecture, interpreter, libraries, runPaths, versions } = readElf(bytes);
  const isMusl = interpreter?.includes("musl") === true;
  const libc = isMusl ? MUSL : GLIBC;
  const glibc = newest(versions.flatMap((version) => /^GLIBC_([\d.]+)$/.exec(version)?.[1] ?? []));
  const packages = [...new Set(libraries.flatMap((library) => libc.libraries[library] ?? []))];
  const foreign = libraries.filter((library) => libc.libraries[library] === undefined);
  const problems = [
    ...(architecture.startsWith("unknown") ? [`Its machine is ${architecture}`] : []),
    ...(interpreter === undefined || interpreter !== libc.loaders[architecture]
      ? [`Its loader is ${interpreter === undefined ? "none" : `"${interpreter}"`}, which systems do not have`]
      : []),
    ...foreign.map((library) => `It links "${library}", which is no part of ${isMusl ? "Alpine" : "glibc"}`),
    ...runPaths.map((path) => `It looks for libraries in "${path}"`),
    ...(glibc !== undefined && compareVersions(glibc, NEWEST_GLIBC) > 0
      ? [`It needs glibc ${glibc}, and no newer one than ${NEWEST_GLIBC} may be needed`]
      : []),
  ];
  const needs = packages.map((name) => (name === "glibc" && glibc !== undefined ? `glibc ${glibc}` : name));
  return {
    facts: [
      `${architecture}, ${interpreter ?? "static"}`,
      `links ${libraries.join(", ") || "nothing"}`,
      `needs ${needs.join(", ") || "nothing"}`,
    ],
    problems,
    accepted: [],
    hint: undefined,
  };
}

function newest(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions).at(-1);
}

/** By numbers: 2.17 is newer than 2.4. */
export function compareVersions(a: string, b: string): number {
  const [as, bs] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let i = 0; i < Math.max(as.length, bs.length); i += 1) {
    const difference = (as[i] ?? 0) - (bs[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
