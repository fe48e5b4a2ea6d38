import type { Cases } from "./table.ts";

/** Commands that start others, or that shells start. */
export const RUN: Cases = {
  run: [
    "coord run --lock src/b.ts -- echo done",
    "coord run --lock src/b.ts --as ann -- sh -c 'exit 7'",
    "coord run --lock src/held.ts -- echo never",
    "coord run --json --lock src/held.ts -- echo never",
    "coord run --lock src/b.ts -- ./nowhere",
    "coord run --lock src/b.ts",
    "coord run -- echo unlocked",
  ],
  // Their texts are programs: that they work is tested elsewhere, here only how they begin.
  shell: [
    "coord shell | head -n 3",
    "coord shell --json | head -c 20; echo",
    'eval "$(coord shell)"; coord_check_lock src/held.ts',
    "coord shell coord_fly",
  ],
  complete: [
    "coord complete bash | head -n 3",
    "coord complete fish --json | head -c 20; echo",
    "coord complete tcsh",
    "coord complete",
  ],
  help: [
    "coord help lock check",
    "coord help lock",
    "coord help lok",
    "coord help --json",
    "coord help lock check --json",
  ],
};
