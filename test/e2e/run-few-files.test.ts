/** `coord run` where the system grants few open files or processes. */
import { expect, test } from "bun:test";
import { BINARY, layProject } from "../hooks/project.ts";
import { locks } from "../hooks/state.ts";

/** Enough for everything. */
const PLENTY = 16;

test("however few files may be open, the command runs to its end under the lock, or not at all", () => {
  const seen = new Set<string>();
  // With fewer not even an empty program of this kind starts.
  for (let limit = 5; limit <= PLENTY; limit += 1) {
    using project = layProject();
    const script = `ulimit -n ${limit}; exec "$0" run --lock a.ts -- sh -c 'echo begun; sleep 0.3; echo ended; exit 3'`;
    const child = Bun.spawnSync(["bash", "-c", script, BINARY], {
      cwd: project.dir,
      env: project.env,
      stdin: "ignore",
    });
    const ran = [child.exitCode, child.stdout.toString(), child.stderr.toString()];
    const begun = ran[1] !== "";
    seen.add(begun ? "ran" : "refused");
    expect(ran).toEqual(
      begun
        ? [3, "begun\nended\n", ""]
        : [125, "", expect.stringMatching(/^Error: .*(too many open files|EMFILE).*\nNext: .*\n$/i)],
    );
    expect(locks(project.state)).toEqual([]);
  }
  expect([...seen]).toEqual(["refused", "ran"]);
});
