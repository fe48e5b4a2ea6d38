/**
 * Command lines by the command that they show, each typed into bash in the fixture (../fixture.ts). To add a command:
 * an entry here, in its noun's file, with what works, what typically fails, and `--json`; then
 * `COORD_GOLDEN=write bun test test/golden`. `--help` comes by itself.
 */
export type Cases = Readonly<Record<string, readonly string[]>>;
