/** Serves the files of a folder on loopback, as the pages of a release do. */
import { join, normalize } from "node:path";

export interface FileServer extends Disposable {
  readonly url: string;
}

/** `at`: what stands in front of the files' own names, such as "/releases/download/v1.0.0/". */
export function serveFiles(folder: string, at: (path: string) => string | undefined): FileServer {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const name = at(new URL(request.url).pathname);
      const file = Bun.file(join(folder, normalize(`/${name ?? ""}`)));
      return name !== undefined && (await file.exists()) ? new Response(file) : new Response("none", { status: 404 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.dispose]: () => void server.stop(true) };
}
