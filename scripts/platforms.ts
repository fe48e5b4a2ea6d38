/** What coord is built for. The names are Bun's (`--target=bun-<name>`), and those of binaries, archives and npm packages. */
export interface Platform {
  readonly name: string;
  /** As Node names them, and with it npm: `process.platform`, `process.arch`. */
  readonly os: "linux" | "darwin";
  readonly cpu: "x64" | "arm64";
  /** As npm names them; macOS has one only. */
  readonly libc: "glibc" | "musl" | undefined;
}

export const PLATFORMS: readonly Platform[] = [
  { name: "linux-x64", os: "linux", cpu: "x64", libc: "glibc" },
  { name: "linux-arm64", os: "linux", cpu: "arm64", libc: "glibc" },
  { name: "linux-x64-musl", os: "linux", cpu: "x64", libc: "musl" },
  { name: "linux-arm64-musl", os: "linux", cpu: "arm64", libc: "musl" },
  { name: "darwin-arm64", os: "darwin", cpu: "arm64", libc: undefined },
  { name: "darwin-x64", os: "darwin", cpu: "x64", libc: undefined },
];
