/** Work that does not come back to the event loop, as most of coord's: what is shown must be on its way at once. */
import { withProgress } from "../../src/cli/progress.ts";

async function main([ms = "0", json]: readonly string[]): Promise<void> {
  await withProgress("Working", json === "json", async (update) => {
    const began = performance.now();
    for (let at = 0; at < Number(ms); at = performance.now() - began) update(Math.floor(at), Number(ms));
    await Bun.write(Bun.stderr, "[still working]");
  });
  await Bun.write(Bun.stdout, "done\n");
}

void main(process.argv.slice(2));
