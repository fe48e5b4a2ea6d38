/** Put in by the build (`--define`); absent when run from source. */
declare const COORD_VERSION: string | undefined;

export const IS_COMPILED = typeof COORD_VERSION === "string";

export const VERSION = typeof COORD_VERSION === "string" ? COORD_VERSION : "0.0.0-source";

/** Where releases are: `…/latest/download/` and `…/download/v<version>/`. Put in by the build of a release only. */
declare const COORD_RELEASES: string | undefined;

export const RELEASES = typeof COORD_RELEASES === "string" ? COORD_RELEASES : undefined;
