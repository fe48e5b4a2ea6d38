/** Put in by the build (`--define`); absent when run from source. */
declare const COORD_VERSION: string | undefined;

export const VERSION = typeof COORD_VERSION === "string" ? COORD_VERSION : "0.0.0-source";
