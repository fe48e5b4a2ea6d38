/** Serves the files of a folder on loopback, as the pages of a release do. */
import { join, normalize } from "node:path";

export interface FileServer extends Disposable {
  readonly url: string;
}

/** `nameOf`: which file a path of the server means, if any. */
export function serveFiles(folder: string, nameOf: (path: string) => string | undefined): FileServer {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const name = nameOf(new URL(request.url).pathname);
      const file = Bun.file(join(folder, normalize(`/${name ?? ""}`)));
      return name !== undefined && (await file.exists()) ? new Response(file) : new Response("none", { status: 404 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.dispose]: () => void server.stop(true) };
}
