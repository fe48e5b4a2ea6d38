import type { Check } from "./check.ts";
import { clientSettings } from "./client-settings.ts";
import { configuration } from "./configuration.ts";
import { clocks } from "./clocks.ts";
import { decisionLog } from "./decision-log.ts";
import { fileSystem } from "./file-system.ts";
import { git } from "./git.ts";
import { guardTokens } from "./guard-tokens.ts";
import { leftovers } from "./leftovers.ts";
import { permissions } from "./permissions.ts";
import { proof } from "./proof.ts";
import { versions } from "./versions.ts";
import { wired } from "./wired.ts";

/** In the order in which one thing explains the next. */
export const CHECKS: readonly Check[] = [
  permissions,
  fileSystem,
  guardTokens,
  // Before the proof, which changes the state and so finishes what was half done.
  leftovers,
  clocks,
  configuration,
  clientSettings,
  wired,
  proof,
  versions,
  decisionLog,
  git,
];
