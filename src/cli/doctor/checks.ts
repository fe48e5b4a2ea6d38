import type { Check } from "./check.ts";
import { clientSettings } from "./client-settings.ts";
import { configuration } from "./configuration.ts";
import { fileSystem } from "./file-system.ts";
import { permissions } from "./permissions.ts";
import { proof } from "./proof.ts";
import { versions } from "./versions.ts";
import { wired } from "./wired.ts";

/** In the order in which one thing explains the next. */
export const CHECKS: readonly Check[] = [
  permissions,
  fileSystem,
  configuration,
  clientSettings,
  wired,
  proof,
  versions,
];
