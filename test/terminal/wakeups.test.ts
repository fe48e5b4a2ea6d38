import { expect, test } from "bun:test";
import { wakeups } from "../../src/cli/wakeups.ts";

/** Longer than any test may take: whoever waits for it is waiting for something else. */
const LONG_MS = 60_000;

test("what came before somebody waited is not lost, and the way out comes first", async () => {
  const woken = wakeups();
  woken.resize();
  woken.suspend();
  woken.suspend();
  expect(await woken.wait(LONG_MS, LONG_MS)).toEqual({ kind: "suspend" });
  expect(await woken.wait(LONG_MS, LONG_MS)).toEqual({ kind: "resize" });
  woken.resize();
  woken.leave(130);
  woken.leave(143);
  expect(await woken.wait(LONG_MS, LONG_MS)).toEqual({ kind: "leave", exitCode: 130 });
});

test("one who waits is woken at once by what cannot wait", async () => {
  const woken = wakeups();
  const waiting = woken.wait(LONG_MS, LONG_MS);
  woken.leave(0);
  expect(await waiting).toEqual({ kind: "leave", exitCode: 0 });
});

test("a change brings the next look forward, also one that came before, and counts once", async () => {
  const woken = wakeups();
  const waiting = woken.wait(LONG_MS, 1);
  woken.change();
  woken.change();
  expect(await waiting).toEqual({ kind: "look" });
  woken.change();
  expect(await woken.wait(LONG_MS, 1)).toEqual({ kind: "look" });
  const quiet = woken.wait(LONG_MS, 1);
  woken.resize();
  expect(await quiet).toEqual({ kind: "resize" });
});

test("a stream of changes does not put the look off", async () => {
  const woken = wakeups();
  const stream = setInterval(woken.change, 1);
  try {
    expect(await woken.wait(LONG_MS, 20)).toEqual({ kind: "look" });
  } finally {
    clearInterval(stream);
  }
});

test("without any change there is a look when the time has come", async () => {
  expect(await wakeups().wait(1, LONG_MS)).toEqual({ kind: "look" });
});
