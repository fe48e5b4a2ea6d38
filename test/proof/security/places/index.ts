/** Every place where somebody else's text may lie outside the strings of the records, which records.ts finds. */
import { CONFIGURATION } from "./configuration.ts";
import { LOGS } from "./logs.ts";
import type { PlaceOfText } from "./place.ts";
import { SETTINGS } from "./settings.ts";
import { STATE } from "./state.ts";

export const NAMES: readonly PlaceOfText[] = [...STATE, ...CONFIGURATION, ...SETTINGS, ...LOGS];
