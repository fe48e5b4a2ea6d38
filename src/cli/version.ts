/** Put in by the build (`--define`); absent when run from source. */
declare const COORD_VERSION: string | undefined;

export const IS_COMPILED = typeof COORD_VERSION === "string";

export const VERSION = typeof COORD_VERSION === "string" ? COORD_VERSION : "0.0.0-source";
