import { pathWord } from "../../domain/quote.ts";

/** How this binary came here, as far as its place tells. */
export type InstalledBy = "npm" | "homebrew" | "installer";

/** `binary`: the real path of the file that runs. */
export function installedBy(binary: string): InstalledBy {
  if (binary.includes("/node_modules/")) return "npm";
  return binary.includes("/Cellar/") ? "homebrew" : "installer";
}

/** What to type to get the version `newest`: by what brought this one, because each knows only its own files. */
export function upgradeLine(binary: string, releases: string, newest: string): string {
  const by = installedBy(binary);
  if (by === "npm") return `npm install --global ${npmPackageOf(binary)}@${newest}`;
  if (by === "homebrew") return "brew upgrade coord";
  const script = pathWord(`${releases}/download/v${newest}/install.sh`);
  return `curl -fsSL ${script} | sh -s -- --dir ${pathWord(binary.slice(0, binary.lastIndexOf("/")))}`;
}

/** The package that has the binaries as its optional parts: theirs are `NAME-<platform>`. */
function npmPackageOf(binary: string): string {
  const [, inside = ""] = binary.split(/.*\/node_modules\//);
  const [scope = "", name = ""] = inside.split("/");
  const part = scope.startsWith("@") ? `${scope}/${name}` : scope;
  return part.replace(/-[a-z]+-(x64|arm64)(-[a-z]+)?$/, "");
}
