/** Releases on loopback: archives of a program that says its version and nothing else, and what can go wrong with them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLATFORMS } from "../../scripts/platforms.ts";

export interface Releases extends Disposable {
  readonly url: string;
  /** What was asked for, in this order. */
  readonly asked: readonly string[];
  /** Answers this file from now on in another way. */
  readonly spoil: (name: string, how: Spoilt) => void;
}

/** "stalled": its half comes, and then nothing. */
type Spoilt = "missing" | "altered" | "cut off" | "stalled";

/** Says its version when it is asked for that, else its platform. */
const program = (version: string, platform: string): string =>
  `#!/bin/sh\n[ "$1" = --version ] && echo "coord ${version}" || echo ${platform}\n`;

/** `versions` with all platforms each. */
export function startReleases(versions: readonly string[], made = program): Releases {
  const root = mkdtempSync(join(tmpdir(), "coord-releases-"));
  for (const version of versions) layVersion(root, version, made);
  const spoilt = new Map<string, Spoilt>();
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const name = new URL(request.url).pathname.slice(1);
      asked.push(name);
      const how = spoilt.get(name.split("/").at(-1) ?? "");
      const bytes = how === "missing" ? undefined : contentOf(join(root, name));
      if (bytes === undefined) return new Response("no such file", { status: 404 });
      if (how === "altered") bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      if (how !== "cut off" && how !== "stalled") return new Response(bytes);
      const half = new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(bytes.subarray(0, bytes.length / 2));
          await Bun.sleep(how === "stalled" ? 60_000 : 20);
          controller.error(new Error("cut off"));
        },
      });
      return new Response(half, { headers: { "content-length": String(bytes.length) } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    spoil: (name, how) => void spoilt.set(name, how),
    [Symbol.dispose]: () => {
      void server.stop(true);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function contentOf(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined;
  }
}

function layVersion(root: string, version: string, made: typeof program): void {
  const folder = join(root, "download", `v${version}`);
  mkdirSync(folder, { recursive: true });
  const sums: string[] = [];
  for (const { name: platform } of PLATFORMS) {
    writeFileSync(join(folder, "coord"), made(version, platform), { mode: 0o755 });
    for (const [suffix, flag] of [
      ["tar.xz", "-J"],
      ["tar.gz", "-z"],
    ] as const) {
      const archive = `coord-${platform}.${suffix}`;
      const run = Bun.spawnSync(["tar", flag, "-cf", archive, "coord"], { cwd: folder, stderr: "pipe" });
      if (run.exitCode !== 0) throw new Error(run.stderr.toString());
      const sum = new Bun.CryptoHasher("sha256").update(readFileSync(join(folder, archive))).digest("hex");
      sums.push(`${sum}  ${archive}\n`);
    }
  }
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
}
