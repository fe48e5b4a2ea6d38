import type { Check } from "./check.ts";
import { clientSettings } from "./client-settings.ts";
import { configuration } from "./configuration.ts";
import { permissions } from "./permissions.ts";
import { proof } from "./proof.ts";

/** In the order in which one thing explains the next. */
export const CHECKS: readonly Check[] = [permissions, configuration, clientSettings, proof];
