/** How the scripts of a release start others, and end. */

/** Waits for the end of a command; throws what it said on stderr where it fails. */
export function run(command: readonly string[], cwd: string): void {
  const done = Bun.spawnSync([...command], { cwd, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if (done.exitCode !== 0) throw new Error(`${command.join(" ")}: ${done.stderr.toString().trim()}`);
}

/** Runs a script of this folder; what it throws is for people. */
export function asScript(name: string, main: (args: string[]) => void): void {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
