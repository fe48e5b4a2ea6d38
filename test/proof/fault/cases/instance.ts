import { ALL, POPULATED, STALE, USED, type Case } from "../case.ts";
import { line } from "../lane.ts";

export const INSTANCE: readonly Case[] = [
  { name: "instance register", step: line("instance register --as cleo --task T --role R"), states: ALL },
  {
    name: "instance register again",
    step: line("instance register --as ann --task New --role R --json"),
    states: USED,
  },
  { name: "instance unregister", step: line("instance unregister --as ben"), states: USED, again: [0, 13] },
  { name: "instance heartbeat", step: line("instance heartbeat --as ann"), states: USED },
  { name: "instance heartbeat of nobody", step: line("instance heartbeat --as nobody"), states: POPULATED },
  { name: "instance list", step: line("instance list"), states: STALE },
  { name: "instance show", step: line("instance show ann"), states: STALE },
];
