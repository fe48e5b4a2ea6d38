import type { App } from "../app/context.ts";
import { commandIdentity, type Identity } from "../app/identity.ts";

/** The flag by which a command acts as a certain instance. */
export const AS = {
  as: { type: "string", valueHint: "ID", description: "act as this instance (default: this session, else this shell)" },
} as const;

/** Who acts: `--as`, else COORD_INSTANCE_ID, else the session of this shell, else the shell itself. Throws USAGE. */
export function actingAs(app: App, as: string | undefined, pid?: number): Identity {
  return commandIdentity(app, as, pid);
}
