/** An absolute path as it is typed in `cwd`, an absolute folder; never taken for a flag. */
export function typedFrom(cwd: string, path: string): string {
  const from = cwd.split("/").filter((part) => part !== "");
  const to = path.split("/").filter((part) => part !== "");
  const differs = from.findIndex((part, i) => part !== to[i]);
  const common = differs < 0 ? from.length : differs;
  const relative = [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
  return relative.startsWith("-") ? `./${relative}` : relative;
}
