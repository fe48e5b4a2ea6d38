/** Cases in which the simulation has found coord wrong. They are played by every run. */
import type { Small } from "./small-world.ts";

export interface Kept {
  /** What was wrong. */
  readonly was: string;
  readonly small: Small;
}

const tool = (who: number, text: string, edit = false) =>
  ({ who, move: { do: "tool", path: "a.ts", edit, text } }) as const;
const read = (who: number, whole: boolean) => ({ who, move: { do: "read", path: "a.ts", whole } }) as const;
const user = (text: string) => ({ weather: { do: "user", path: "a.ts", text } }) as const;
/** Check, write, report, end of the batch. */
const wholeTool = (who: number, text: string) => [tool(who, text), tool(who, text), tool(who, text), tool(who, text)];
const wholeRead = (who: number) => [read(who, true), read(who, true)];
const claim = { who: 0, move: { do: "acquire", paths: ["a.ts"] } } as const;
const giveBack = { who: 0, move: { do: "release", path: "a.ts" } } as const;
const TWO = ["session", "session"] as const;

export const KEPT: readonly Kept[] = [
  {
    was: "a write after a boot counted as older than a session from before it, because the clock had been set back",
    small: {
      hold: "tool",
      cast: ["unbound", "session"],
      events: [
        tool(1, "v0"),
        { weather: { do: "reboot", ms: 30_000 } },
        tool(3, "v0"),
        { who: 0, move: { do: "force", path: "a.ts", stale: false } },
        tool(0, "x"),
        tool(0, "v0"),
        { weather: { do: "set", ms: -3_600_000 } },
        tool(3, "x"),
        { who: 0, move: { do: "fail" } },
        { weather: { do: "pass", ms: 3_600_000 } },
        tool(1, "v0"),
        { weather: { do: "end", offMs: -1 } },
      ],
    },
  },
  {
    was: "a late write that brought back what another had written before coord last looked was nobody's",
    small: {
      hold: "tool",
      cast: ["session", "session", "session", "session"],
      events: [
        tool(3, "x"),
        { weather: { do: "pass", ms: 301_000 } },
        tool(1, "y"),
        tool(3, "x"),
        { weather: { do: "end", offMs: 0 } },
        user("y"),
        tool(3, "x"),
        user("v424"),
        tool(2, "c"),
        tool(1, "y"),
        tool(2, "c"),
      ],
    },
  },
  {
    was: "a holder who brought back what was there at its grant, after the user's change, had written nothing",
    small: {
      hold: "tool",
      cast: TWO,
      events: [user("x"), claim, user("v0"), ...wholeRead(1), ...wholeTool(0, "x"), giveBack, tool(1, "c")],
    },
  },
  {
    was: "a holder who brought back its own last write, after the user's change, had written nothing",
    small: {
      hold: "tool",
      cast: TWO,
      events: [claim, ...wholeTool(0, "x"), user("v0"), ...wholeRead(1), ...wholeTool(0, "x"), giveBack, tool(1, "c")],
    },
  },
  {
    was: "a late writer who brought back what was there at its grant was not taken for a writer",
    small: {
      hold: "tool",
      cast: TWO,
      events: [
        { weather: { do: "user", path: "a.ts", text: "x" } },
        tool(0, "x"),
        { weather: { do: "end", offMs: 0 } },
        tool(1, "b"),
        tool(1, "b"),
        tool(1, "b"),
        tool(1, "b"),
        tool(0, "x"),
        tool(0, "x"),
        tool(1, "c"),
      ],
    },
  },
  {
    was: "a holder whose report came after a late writer's write was taken for its author, and for having seen it",
    small: {
      hold: "tool",
      cast: TWO,
      events: [
        tool(0, "a"),
        { weather: { do: "end", offMs: 0 } },
        tool(1, "b"),
        tool(1, "b"),
        tool(0, "a"),
        tool(1, "b"),
        tool(0, "a"),
        tool(1, "b"),
        tool(1, "c"),
      ],
    },
  },
  {
    was: "giving back a lock counted a late writer's reported content as its holder's own, and as seen by it",
    small: {
      hold: "tool",
      cast: TWO,
      events: [
        tool(0, "a"),
        { weather: { do: "pass", ms: 61_000 } },
        { who: 1, move: { do: "acquire", paths: ["a.ts"] } },
        tool(0, "a"),
        tool(0, "a"),
        { who: 1, move: { do: "release", path: "a.ts" } },
        tool(1, "b"),
      ],
    },
  },
  {
    was: "one who was blamed for the user's change while at a permission prompt could then write unnoticed",
    small: {
      hold: "tool",
      cast: TWO,
      events: [
        tool(1, "late"),
        { weather: { do: "user", path: "a.ts", text: "u" } },
        { weather: { do: "end", offMs: 0 } },
        tool(0, "x"),
        tool(1, "late"),
        tool(0, "x"),
      ],
    },
  },
  {
    was: "whoever had read a write before it was reported was told of it again",
    small: {
      hold: "tool",
      cast: TWO,
      events: [
        tool(1, "b"),
        tool(1, "b"),
        read(0, true),
        read(0, true),
        { weather: { do: "reboot", ms: 30_000 } },
        { who: 1, move: { do: "release", path: "a.ts" } },
        { weather: { do: "user", path: "a.ts", text: "formatted" } },
        tool(0, "x"),
      ],
    },
  },
  {
    was: "after a boot and a clock that was set back, a session's locks of before the boot held again",
    small: {
      hold: "tool",
      cast: TWO,
      events: [
        tool(0, "a"),
        { weather: { do: "reboot", ms: 30_000 } },
        { weather: { do: "set", ms: -3_600_000 } },
        { who: 0, move: { do: "tool", path: "b.ts", edit: false, text: "b" } },
        { who: 0, move: { do: "clean" } },
      ],
    },
  },
  {
    was: "after a boot and a clock that was set back, new locks of an instance bound to no process ended at once",
    small: {
      hold: "tool",
      cast: ["unbound", "session"],
      events: [
        { who: 0, move: { do: "beat", busyMs: 0 } },
        { who: 0, move: { do: "acquire", paths: ["a.ts"] } },
        { weather: { do: "reboot", ms: 30_000 } },
        { weather: { do: "set", ms: -3_600_000 } },
        { who: 0, move: { do: "tool", path: "b.ts", edit: false, text: "b" } },
        { weather: { do: "pass", ms: 10 } },
        { who: 0, move: { do: "look", path: "b.ts" } },
      ],
    },
  },
];
