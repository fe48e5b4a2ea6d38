import { ALL, POPULATED, STALE, USED, type Case } from "../case.ts";
import { line } from "../lane.ts";

export const LOCK: readonly Case[] = [
  { name: "lock acquire", step: line("lock acquire src/new.ts --as cleo --intent Split"), states: ALL },
  { name: "lock acquire of several", step: line("lock acquire src/x.ts src/y.ts src/z.ts --as cleo"), states: ALL },
  { name: "lock acquire of what ended", step: line("lock acquire src/expired.ts --as cleo --json"), states: POPULATED },
  { name: "lock acquire of a dead one's", step: line("lock acquire src/gone.ts src/lost.ts --as cleo"), states: STALE },
  { name: "lock acquire again", step: line("lock acquire src/one.ts src/two.ts --as ben --ttl 2h"), states: USED },
  { name: "lock acquire of what is held", step: line("lock acquire src/one.ts src/free.ts --as cleo"), states: USED },
  { name: "lock acquire with a wait", step: line("lock acquire src/one.ts --as cleo --wait 20ms"), states: POPULATED },
  { name: "lock release", step: line("lock release src/held.ts --as ann"), states: USED },
  {
    name: "lock release of several",
    step: line("lock release src/one.ts src/two.ts --as ben"),
    states: USED,
  },
  {
    name: "lock release of all",
    step: line("lock release --all --as ben --json"),
    states: USED,
  },
  {
    name: "lock release by force",
    step: line("lock release src/held.ts --force --lock-id $LOCK --as cleo"),
    states: POPULATED,
    // Its ID is looked up anew, and there is none any more.
    again: [0, 2],
  },
  { name: "lock renew", step: line("lock renew src/held.ts --as ann"), states: USED },
  { name: "lock renew with a time", step: line("lock renew src/one.ts --ttl 3h --as ben"), states: USED },
  { name: "lock verify", step: line("lock verify src/held.ts --as ann"), states: STALE },
  { name: "lock check", step: line("lock check src/held.ts --as ben"), states: STALE },
  { name: "lock wait", step: line("lock wait src/free.ts --timeout 0s --as ben"), states: STALE },
  { name: "lock wait in vain", step: line("lock wait src/held.ts --timeout 0s --as ben"), states: POPULATED },
  { name: "lock list", step: line("lock list"), states: USED },
  { name: "lock cleanup", step: line("lock cleanup"), states: ALL },
];
