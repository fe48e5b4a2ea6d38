/** A package registry on loopback, as far as `npm install` asks one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

export interface Registry extends Disposable {
  readonly url: string;
  /** Packages that were asked for, and files. */
  readonly asked: readonly string[];
}

const ManifestSchema = v.looseObject({ name: v.string(), version: v.string() });
type Manifest = v.InferOutput<typeof ManifestSchema>;

/** The packages whose archives lie in `folder`. */
export function startRegistry(folder: string): Registry {
  const archives = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  const packages = new Map(archives.map((file) => [manifestOf(join(folder, file)), file] as const));
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      const { pathname, origin } = new URL(request.url);
      const path = decodeURIComponent(pathname.slice(1));
      asked.push(path);
      if (archives.includes(path)) return new Response(Bun.file(join(folder, path)));
      const found = [...packages].find(([{ name }]) => name === path);
      return found === undefined ? new Response("{}", { status: 404 }) : Response.json(page(found, folder, origin));
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, asked, [Symbol.dispose]: () => void server.stop(true) };
}

function page([manifest, file]: readonly [Manifest, string], folder: string, origin: string): object {
  const integrity = `sha512-${new Bun.CryptoHasher("sha512").update(readFileSync(join(folder, file))).digest("base64")}`;
  const { name, version } = manifest;
  const versions = { [version]: { ...manifest, dist: { tarball: `${origin}/${file}`, integrity } } };
  return { name, "dist-tags": { latest: version }, versions };
}

function manifestOf(archive: string): Manifest {
  const read = Bun.spawnSync(["tar", "-xzOf", archive, "package/package.json"]);
  return v.parse(ManifestSchema, JSON.parse(read.stdout.toString()));
}
