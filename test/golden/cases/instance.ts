import type { Cases } from "./table.ts";

export const INSTANCE: Cases = {
  "instance register": [
    'coord instance register --task "Write the docs" --role writer --as cleo',
    "coord instance register --task T --role R --as cleo --json",
    "coord instance register --role writer",
    "coord instance register --task T --role R --as ../x",
    "coord instance register --task T --role R --pid me",
    'coord instance register --task "$(printf %201s x)" --role R',
  ],
  "instance unregister": [
    "coord instance unregister --as ann",
    "coord instance unregister --as ann",
    "coord instance unregister --as ben --json",
    "coord instance unregister --as nobody --json",
  ],
  "instance heartbeat": [
    "coord instance heartbeat --as ann",
    "coord instance heartbeat --as ann --json",
    "coord instance heartbeat --as nobody",
    "coord instance heartbeat ann",
  ],
  "instance list": [
    "coord instance list",
    "coord instance list --json",
    "coord instance list --all",
    "coord instance unregister --as ann >../log; coord instance unregister --as ben >../log; coord instance list",
  ],
  "instance show": [
    "coord instance show ann",
    "coord instance show --as ben",
    "coord instance show ann --json",
    "coord instance show nobody",
    "coord instance show ann ben",
  ],
};
