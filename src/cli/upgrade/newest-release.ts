import { coordError, isCoordError, type CoordError } from "../../domain/errors.ts";

/** In a release: its version and a line end. */
const NAME = "VERSION";
/** Semantic versioning 2.0.0, without build metadata, which orders nothing. */
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const PATIENCE_MS = 10_000;
const MAX_BYTES = 64;

/**
 * The version of the newest release. `releases` is the address that has `latest/download/` and `download/v<version>/`.
 * Nothing of this machine is sent but the request itself. Throws IO when it cannot be had, USAGE for an address that
 * is not safe to ask.
 */
export async function newestRelease(releases: string): Promise<string> {
  const url = addressOf(releases);
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { accept: "text/plain" } });
    if (!isBelievable(URL.parse(response.url))) throw notHad(url, "it leads to a plain connection");
    if (!response.ok) throw notHad(url, `it answers ${response.status}`);
    text = await firstBytes(response);
  } catch (error) {
    if (isCoordError(error)) throw error;
    throw notHad(url, error instanceof Error ? error.message : String(error));
  }
  const version = text.trim();
  if (!VERSION.test(version)) throw notHad(url, "what it answers is no version");
  return version;
}

function addressOf(releases: string): string {
  const url = URL.parse(`${releases}/latest/download/${NAME}`);
  if (url === null || !isBelievable(url)) {
    throw coordError("USAGE", `COORD_RELEASES is "${releases}", and that is no https address`, {
      hint: "unset COORD_RELEASES",
    });
  }
  return url.href;
}

/** What is read over a plain connection could be anybody's word: only this machine may be asked that way. */
function isBelievable(url: URL | null): boolean {
  if (url?.protocol === "http:") return ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  return url?.protocol === "https:";
}

/** A page that goes on for ever is not read to its end. */
async function firstBytes(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const body: ReadableStream<Uint8Array<ArrayBuffer>> | null = response.body;
  if (body === null) return text;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BYTES) break;
  }
  return text;
}

function notHad(url: string, why: string): CoordError {
  return coordError("IO", `The newest version cannot be had from "${url}": ${why}`, {
    hint: "check the network, then this again",
  });
}
