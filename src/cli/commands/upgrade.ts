import { coordError } from "../../domain/errors.ts";
import { command } from "../command.ts";
import { ownBinary } from "../ground.ts";
import { installedBy, upgradeLine } from "../upgrade/installed-by.ts";
import { newestRelease } from "../upgrade/newest-release.ts";
import { RELEASES, VERSION } from "../version.ts";

export const upgrade = command({
  onlyReads: true,
  args: { check: { type: "boolean", description: "ask which version is the newest, and say how to get it" } },
  notes: [
    "The only command that asks the network, and only the place that releases come from: COORD_RELEASES names another.",
    "It changes nothing: what installed coord (the installer, npm, Homebrew) replaces it.",
  ],
  examples: [["coord upgrade --check", "is there a newer version?"]],
  run: async (args) => {
    if (args.check !== true) {
      throw coordError("USAGE", "coord does not replace itself: what installed it does", {
        hint: "coord upgrade --check",
      });
    }
    const releases = releasesFrom(process.env["COORD_RELEASES"]);
    const newest = await newestRelease(releases);
    const binary = ownBinary();
    const isNewest = Bun.semver.order(newest, VERSION) <= 0;
    const line = isNewest ? null : upgradeLine(binary, releases, newest);
    return {
      json: { version: VERSION, newest, is_newest: isNewest, installed_by: installedBy(binary), upgrade: line },
      text: () =>
        line === null
          ? `coord ${VERSION} is the newest version.`
          : [`coord ${newest} is out; this is ${VERSION}. To get it:`, `  ${line}`].join("\n"),
    };
  },
});

/** Empty counts as unset. */
function releasesFrom(variable: string | undefined): string {
  const named = variable === undefined || variable === "" ? RELEASES : variable;
  if (named === undefined) {
    throw coordError("USAGE", "This coord was built without the address of its releases", {
      hint: "COORD_RELEASES=https://… coord upgrade --check, or look where you got it",
    });
  }
  return named.replace(/\/+$/, "");
}
