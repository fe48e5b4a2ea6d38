import { coordError, isCoordError, type CoordError } from "../../domain/errors.ts";

/** In a release: its version and a line end. */
const NAME = "VERSION";
/** Semantic versioning 2.0.0, without build metadata, which orders nothing. */
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const PATIENCE_MS = 10_000;
const MAX_BYTES = 64;
/** Releases on GitHub lead on twice. */
const MAX_REDIRECTS = 5;

/**
 * The version of the newest release. `releases` is the address that has `latest/download/` and `download/v<version>/`.
 * Nothing of this machine is sent but the request itself. Throws IO when it cannot be had, USAGE for an address that
 * is not safe to ask.
 */
export async function newestRelease(releases: string): Promise<string> {
  const url = addressOf(releases);
  let text: string;
  try {
    const response = await answerOf(url, AbortSignal.timeout(PATIENCE_MS));
    if (!response.ok) throw notHad(url, `it answers ${response.status}`);
    text = await firstBytes(response);
  } catch (error) {
    if (isCoordError(error)) throw error;
    throw notHad(url, error instanceof Error ? error.message : String(error));
  }
  const version = text.trim();
  if (text.length > MAX_BYTES || !VERSION.test(version)) throw notHad(url, "what it answers is no version");
  return version;
}

/** Each step of the way has to be one that may be asked, not only the first and the last. */
async function answerOf(url: string, signal: AbortSignal): Promise<Response> {
  let at = url;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    const response = await fetch(at, { signal, headers: { accept: "text/plain" }, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    const next = URL.parse(location, at);
    if (next === null || !mayBeAsked(next)) throw notHad(url, "it leads on to a place that is no https address");
    at = next.href;
  }
  throw notHad(url, `it leads on more than ${MAX_REDIRECTS} times`);
}

/** What is read over a plain connection could be anybody's word: only this machine may be asked that way. */
function mayBeAsked({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname));
}

function addressOf(releases: string): string {
  const url = URL.parse(`${releases}/latest/download/${NAME}`);
  // A password would get into terminals and logs, with the line that is to be typed.
  if (url !== null && (url.username !== "" || url.password !== "")) {
    throw coordError("USAGE", "COORD_RELEASES has a name or a password in it", { hint: "unset COORD_RELEASES" });
  }
  if (url === null || !mayBeAsked(url)) {
    throw coordError("USAGE", `COORD_RELEASES is "${releases}", and that is no https address`, {
      hint: "unset COORD_RELEASES",
    });
  }
  return url.href;
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
