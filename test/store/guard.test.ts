/** The guard's protocol step by step, one process at a time: RELIABILITY section 2. test/proof/race has the real contest. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Sys } from "../../src/platform/sys/types.ts";
import { acquire, breakGuard, initGuard, release, type GuardPorts } from "../../src/store/file/guard.ts";
import { heldName, parseHeld } from "../../src/store/file/token.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { gated, type Gate } from "./faults.ts";
import { stateFolder, type Folder } from "./folder.ts";

const NO_WAIT = 0;

for (const system of SYSTEMS) {
  describe(`guard on ${system.name}`, () => {
    let folder: Folder;
    let nonces = 0;
    beforeEach(() => {
      folder = stateFolder(system);
    });
    afterEach(() => folder.close());

    const ports = (pid: number, sys: Sys = system): GuardPorts => ({
      sys,
      dir: folder.layout.guard,
      self: () => folder.self(pid),
      judge: folder.judge,
      random: () => 0.5,
      nonce: () => `${(nonces += 1)}`,
    });
    const tokens = (): readonly string[] => readdirSync(folder.layout.guard);
    const put = (name: string): void => writeFileSync(join(folder.layout.guard, name), "");
    const refusal = (call: () => unknown): string => {
      try {
        call();
      } catch (error) {
        if (isCoordError(error)) return `${error.code} ${error.message} ${error.hint ?? ""}`;
      }
      return "no refusal";
    };

    test("acquire() makes the guard when there is none, and release() leaves one free token", () => {
      const held = acquire(ports(1), NO_WAIT + 100);
      expect(tokens()).toEqual([held.name]);
      expect(held.takenFrom).toBeUndefined();
      release(ports(1), held);
      expect(tokens()).toEqual(["free"]);
    });

    test("initGuard() leaves the guard of whoever was first, and no scratch", () => {
      const held = acquire(ports(1), 100);
      initGuard(ports(2));
      expect(tokens()).toEqual([held.name]);
      release(ports(1), held);
      initGuard(ports(2));
      expect(tokens()).toEqual(["free"]);
      expect(readdirSync(folder.layout.top).filter((name) => name.startsWith("guard"))).toEqual(["guard"]);
    });

    test("acquire() fails on a live holder, naming it and what to type", () => {
      const held = acquire(ports(1), 100);
      const said = refusal(() => acquire(ports(2), NO_WAIT));
      expect(said).toStartWith("GUARD_BUSY The state is locked by process 1 (alive, since ");
      expect(said).toContain(`coord doctor --break-guard ${held.name}`);
      expect(tokens()).toEqual([held.name]);
    });

    test("acquire() names nobody when the holders changed while it waited: then the state is busy", () => {
      let held = acquire(ports(1), 100);
      let tries = 0;
      // Before each try of the other the guard goes from one to the next.
      const gate: Gate = (what, path) => {
        if (what !== "rename" || !path.includes(".2.")) return "";
        tries += 1;
        if (tries > 1) {
          release(ports(1), held);
          held = acquire(ports(1), 100);
        }
        return "";
      };
      const said = refusal(() => acquire(ports(2, gated(system, gate)), 50));
      expect(tries).toBeGreaterThan(1);
      expect(said).toBe("GUARD_BUSY The state was busy for 50 ms try again; if it stays so: coord doctor");
      const stuck = refusal(() => acquire(ports(2), 50));
      expect(stuck).toStartWith("GUARD_BUSY The state is locked by process 1 (alive, since ");
      expect(stuck).toContain(`coord doctor --break-guard ${held.name}`);
    });

    test("acquire() waits for a live holder until the deadline, and takes the guard when it is given back", () => {
      const held = acquire(ports(1), 100);
      let looks = 0;
      // The holder gives it back while the other is between two tries.
      const gate: Gate = (what) => {
        looks += what === "rename" ? 1 : 0;
        if (what === "rename" && looks === 3) release(ports(1), held);
        return "";
      };
      const next = acquire(ports(2, gated(system, gate)), 5000);
      expect(tokens()).toEqual([next.name]);
      expect(next.takenFrom).toBeUndefined();
    });

    test("acquire() takes over from a dead holder and says from whom", () => {
      const held = acquire(ports(1), 100);
      folder.bury(1);
      const next = acquire(ports(2), NO_WAIT + 100);
      expect(next.takenFrom).toBe(held.name);
      expect(tokens()).toEqual([next.name]);
    });

    test("acquire() lets another win the takeover, and then waits for it", () => {
      acquire(ports(1), 100);
      folder.bury(1);
      let first: string | undefined;
      // Another takes it over between this one's judgement and its rename.
      const gate: Gate = (what, path) => {
        if (
          what === "rename" &&
          path.includes(".2.") &&
          first === undefined &&
          tokens().every((t) => t.includes(".1."))
        ) {
          looked += 1;
          if (looked === 2) first = acquire(ports(3), 100).name;
        }
        return "";
      };
      let looked = 0;
      expect(refusal(() => acquire(ports(2, gated(system, gate)), 30))).toStartWith("GUARD_BUSY");
      expect(tokens()).toEqual([first ?? "nobody took it over"]);
    });

    test.each([
      "held.x",
      "held.h.b.1.0.1.n",
      "held.h.b.1.12.1",
      "held.h.b.1.12.1.n.n",
      "held.h.b.1.-1.1.n",
      "held.$(id).b.1.12.1.n",
      "held.h.b; id.1.12.1.n",
      "held.other.b.1.1.1.n",
    ])("acquire() never moves %s away, which cannot be judged", (name) => {
      rmSync(folder.layout.guard, { recursive: true, force: true });
      initGuard(ports(1));
      renameSync(join(folder.layout.guard, "free"), join(folder.layout.guard, name));
      const other: GuardPorts = { ...ports(2), judge: () => "unknown" };
      const told = refusal(() => acquire(other, NO_WAIT));
      expect(told).toContain("coord doctor");
      // What a shell would take apart is nothing to type: the doctor says what to do with it.
      expect(told.includes("--break-guard")).toBe(!/[$; ]/.test(name));
      expect(tokens()).toEqual([name]);
    });

    test("acquire() takes its own rename for done although the answer was lost", () => {
      initGuard(ports(1));
      let lost = false;
      const deaf: Sys = {
        ...system,
        rename: (from, to) => {
          const result = system.rename(from, to);
          if (lost || result !== "") return result;
          lost = true;
          return "ENOENT";
        },
      };
      const held = acquire(ports(1, deaf), 100);
      expect(tokens()).toEqual([held.name]);
    });

    test("acquire() takes over a dead holder's guard although the answer was lost, also at its deadline", () => {
      const dead = acquire(ports(1), 100);
      folder.bury(1);
      const deaf: Sys = {
        ...system,
        rename: (from, to) => {
          const result = system.rename(from, to);
          return from.endsWith(dead.name) ? "ENOENT" : result;
        },
      };
      const held = acquire(ports(2, deaf), NO_WAIT);
      expect(held.takenFrom).toBe(dead.name);
      expect(tokens()).toEqual([held.name]);
    });

    test("acquire() gives the guard back when the folder cannot be listed", () => {
      initGuard(ports(1));
      const blind: Sys = { ...system, list: () => "EMFILE" };
      expect(refusal(() => acquire(ports(1, blind), NO_WAIT))).toStartWith("IO ");
      expect(tokens()).toEqual(["free"]);
    });

    test("acquire() gives up a second token that a tool has copied, and takes the one that is left", () => {
      const held = acquire(ports(1), 100);
      put("free");
      expect(refusal(() => acquire(ports(2), NO_WAIT))).toStartWith("GUARD_BUSY");
      expect(tokens()).toEqual([held.name]);
      release(ports(1), held);
      expect(acquire(ports(2), 100).takenFrom).toBeUndefined();
    });

    test("acquire() ends with one token when the copy is that of a dead holder", () => {
      const held = acquire(ports(1), 100);
      put(heldName(folder.self(9), "copy"));
      folder.bury(9);
      folder.bury(1);
      const next = acquire(ports(2), 1000);
      expect(tokens()).toEqual([next.name]);
      expect([held.name, heldName(folder.self(9), "copy")]).toContain(next.takenFrom ?? "");
      expect(next.copies).toBe(1);
    });

    test("acquire() does not take one empty listing for a guard without a token", () => {
      const held = acquire(ports(1), 100);
      let listings = 0;
      const blink: Sys = {
        ...system,
        list: (path) => ((listings += 1) === 1 ? [] : system.list(path)),
      };
      expect(refusal(() => acquire(ports(2, blink), 20))).toStartWith("GUARD_BUSY");
      expect(tokens()).toEqual([held.name]);
    });

    test("acquire() makes a new token when there really is none", () => {
      const held = acquire(ports(1), 100);
      unlinkSync(join(folder.layout.guard, held.name));
      const next = acquire(ports(2), 100);
      expect(tokens()).toEqual([next.name]);
      expect(refusal(() => release(ports(1), held))).toStartWith("GUARD_COMPROMISED");
      expect(tokens()).toEqual([next.name]);
    });

    test("release() says that the guard was broken, and touches nothing", () => {
      const held = acquire(ports(1), 100);
      const broken = breakGuard(ports(2), held.name);
      expect(broken?.takenFrom).toBe(held.name);
      expect(refusal(() => release(ports(1), held))).toStartWith("GUARD_COMPROMISED");
      expect(tokens()).toEqual([broken?.name ?? ""]);
    });

    test("breakGuard() moves exactly the token that it was given, not the next one", () => {
      const held = acquire(ports(1), 100);
      release(ports(1), held);
      const next = acquire(ports(3), 100);
      expect(breakGuard(ports(2), held.name)).toBeUndefined();
      expect(tokens()).toEqual([next.name]);
    });

    test("acquire() reports what the system refuses, and leaves the token where it is", () => {
      initGuard(ports(1));
      const refusing = gated(system, (what) => (what === "rename" ? "EACCES" : ""));
      expect(refusal(() => acquire(ports(1, refusing), 100))).toStartWith("IO ");
      expect(tokens()).toEqual(["free"]);
    });
  });
}

describe("parseHeld()", () => {
  test("gives back what heldName() was made from", () => {
    const ref = { host: "h0st", boot: "b00t", pidns: "4026531836", pid: 4_194_304, start: "123456789" };
    expect(parseHeld(heldName(ref, "n"))).toEqual(ref);
  });

  test.each([
    "free",
    "held",
    "held.",
    "held.a.b.c.1.2",
    "held.a.b.c.01.2.n",
    "held.a.b.c.99999999999.2.n",
    "held..b.c.1.2.n",
  ])("knows nobody by the name %s", (name) => expect(parseHeld(name)).toBeUndefined());
});
