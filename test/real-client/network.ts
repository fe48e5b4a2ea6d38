/** A network that has loopback and nothing else: proof that neither the client nor coord talks to anybody. */
import { spawnSync } from "node:child_process";
import { networkInterfaces } from "node:os";

/** True when every address of this process is a loopback address, and there is one. */
export function isLoopbackOnly(): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.length > 0 && addresses.every((address) => address.internal);
}

/** `unshare` with the flags that work here: root may as it is, others need a user namespace. */
function unshareFlags(): readonly string[] {
  for (const flags of [["-n"], ["-r", "-n"]]) if (spawnSync("unshare", [...flags, "true"]).status === 0) return flags;
  const why = spawnSync("unshare", ["-n", "true"], { encoding: "utf8" });
  throw new Error(
    `Cannot make a network with loopback only: "unshare -n" failed (${why.error?.message ?? why.stderr.trim()}). ` +
      "Run this test as root, or where user namespaces are allowed (package util-linux)",
  );
}

/** The command line that runs `argv` in such a network. Throws when this machine does not permit one. */
export function inLoopbackOnly(argv: readonly string[]): readonly [string, ...string[]] {
  if (spawnSync("ip", ["-V"]).status !== 0) {
    throw new Error('Cannot bring up loopback: "ip" was not found. Install iproute2');
  }
  return ["unshare", ...unshareFlags(), "sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...argv];
}
