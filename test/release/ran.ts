export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Not spawnSync: what the program downloads is served by this very process. */
export async function ran(argv: readonly string[], where: { cwd: string; env: Record<string, string> }): Promise<Ran> {
  const child = Bun.spawn([...argv], { ...where, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
}
