/** What holds of the parsers for every input, not only for those that somebody thought of. */
import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import * as fc from "fast-check";
import { parseTree } from "jsonc-parser";
import { checkArgs, type CheckedArgs } from "../../src/cli/check-args.ts";
import { durationFlag } from "../../src/cli/duration-flag.ts";
import { nearestWord } from "../../src/domain/nearest-word.ts";
import { ownHook } from "../../src/cli/own-handler.ts";
import { pidFlag } from "../../src/cli/pid-flag.ts";
import { usageError } from "../../src/cli/usage.ts";
import { wiring } from "../../src/cli/wiring.ts";
import { DURATION_EXAMPLES, parseDuration } from "../../src/domain/duration.ts";
import { isCoordError } from "../../src/domain/errors.ts";

const ARGS: ArgsDef = {
  path: { type: "positional", required: true },
  role: { type: "string", required: true, valueHint: "TEXT" },
  ttl: { type: "string", valueHint: "10m" },
  scope: { type: "enum", options: ["user", "local"] },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", alias: "h" },
};

function check(words: readonly string[]): CheckedArgs {
  return checkArgs({ args: ARGS, repeats: true, lists: [], rest: undefined }, words);
}

function problemOf(words: readonly string[]): string | undefined {
  const checked = check(words);
  return checked.kind === "problem" ? checked.problem.kind : undefined;
}

/** No word that starts with a dash, and none that is empty. */
const plain = fc.string({ minLength: 1, maxLength: 8 }).filter((word) => !word.startsWith("-"));
/** A flag with its value, in one word or two. */
const valued = (name: string, value: fc.Arbitrary<string>) =>
  fc.tuple(fc.boolean(), value).map(([joined, text]) => (joined ? [`${name}=${text}`] : [name, text]));
const optional = (flag: fc.Arbitrary<readonly string[]>) => fc.option(flag, { nil: [] });

/** Accepted command lines, as the groups of words that belong together, in any order; `--role` is the first. */
const accepted = fc
  .record({
    role: valued("--role", plain),
    ttl: optional(valued("--ttl", plain)),
    scope: optional(valued("--scope", fc.constantFrom("user", "local"))),
    dry: optional(fc.constant(["--dry-run"])),
    json: optional(fc.constant(["--json"])),
    paths: fc.array(
      plain.map((path) => [path]),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .chain(({ role, ttl, scope, dry, json, paths }) => {
    const others = [ttl, scope, dry, json, ...paths].filter((group) => group.length > 0);
    const groups: readonly (readonly string[])[] = [role, ...others];
    return fc.record({
      role: fc.constant(role),
      others: fc.constant(others),
      groups: fc.shuffledSubarray([...groups], { minLength: groups.length }),
    });
  });
const at = fc.nat({ max: 20 });

function inserted(groups: readonly (readonly string[])[], index: number, words: readonly string[]): readonly string[] {
  const place = index % (groups.length + 1);
  return [...groups.slice(0, place), words, ...groups.slice(place)].flat();
}

describe("checkArgs()", () => {
  test("never throws, and what it accepts says the same when it is read again", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "--role",
        "--role=x",
        "--ttl",
        "--scope",
        "user",
        "--dry-run",
        "--json",
        "--",
        "-",
        "-h",
        "",
        "--x",
      ),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const checked = check(words);
        if (checked.kind === "run") expect(check(checked.canonical)).toEqual(checked);
        if (checked.kind === "problem") expect(usageError("lock acquire", checked.problem).message).not.toBe("");
      }),
      { numRuns: 3000 },
    );
  });

  test("accepts the flags in any order, and keeps every word", () => {
    fc.assert(
      fc.property(accepted, ({ groups }) => {
        const checked = check(groups.flat());
        expect(checked.kind).toBe("run");
        if (checked.kind !== "run") return;
        const joined = groups.map((group) => group.join("="));
        expect(checked.canonical.filter((word) => word !== "--").toSorted()).toEqual(joined.toSorted());
      }),
      { numRuns: 1000 },
    );
  });

  test("finds a flag that is unknown, wherever it stands", () => {
    const unknown = fc.stringMatching(/^--[a-z]{1,6}(=[a-z]{0,3})?$/).filter((flag) => {
      const [name = ""] = flag.slice(2).split("=");
      return !Object.keys(ARGS).includes(name);
    });
    fc.assert(
      fc.property(accepted, unknown, at, ({ groups }, flag, index) => {
        expect(problemOf(inserted(groups, index, [flag]))).toBe("unknown-flag");
      }),
      { numRuns: 1000 },
    );
  });

  test("finds a flag that is given twice, wherever it stands", () => {
    fc.assert(
      fc.property(accepted, at, at, ({ groups }, which, index) => {
        const flags = groups.filter(([word = ""]) => word.startsWith("--"));
        const again = flags[which % flags.length] ?? [];
        expect(problemOf(inserted(groups, index, again))).toBe("repeated-flag");
      }),
      { numRuns: 1000 },
    );
  });

  test("finds a flag that is missing, and a value that is", () => {
    fc.assert(
      fc.property(accepted, ({ others }) => {
        expect(problemOf(others.flat())).toBe("missing-flag");
        expect(problemOf([...others.flat(), "--role"])).toBe("missing-value");
        expect(problemOf(["--role", "--json", ...others.flat()])).toBe("missing-value");
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a duration", () => {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

  test("means its number times its unit", () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), fc.constantFrom(...Object.entries(units)), (amount, [unit, ms]) => {
        expect(parseDuration(`${amount}${unit}`)).toBe(amount * ms);
      }),
    );
  });

  test("is read back from the largest unit that holds it whole", () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (ms) => {
        const [unit, size] = Object.entries(units).findLast(([, size]) => ms % size === 0) ?? ["ms", 1];
        expect(parseDuration(`${ms / size}${unit}`)).toBe(ms);
      }),
    );
  });

  test("is a whole number of milliseconds, or an error that names what would be one", () => {
    const [...examples] = DURATION_EXAMPLES.matchAll(/"([^"]+)"/g);
    expect(examples.every(([, example = ""]) => parseDuration(example) !== undefined)).toBe(true);
    const text = fc.oneof(fc.string({ maxLength: 8 }), fc.stringMatching(/^[0-9.]{0,4} ?(ms|s|m|h|d|w|M)?$/));
    fc.assert(
      fc.property(text, (value) => {
        const ms = parseDuration(value);
        if (ms === undefined) {
          const error = caught(() => durationFlag("ttl", value));
          expect(error?.code).toBe("USAGE");
          expect(error?.message).toBe(`--ttl "${value}" is not a duration`);
          expect(error?.hint).toContain(DURATION_EXAMPLES);
          return;
        }
        expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

test("a process ID is taken as it is written, or refused", () => {
  const text = fc.oneof(fc.string({ maxLength: 6 }), fc.integer().map(String), fc.stringMatching(/^[0-9]{1,12}$/));
  fc.assert(
    fc.property(text, (value) => {
      const error = caught(() => expect(String(pidFlag(value))).toBe(value));
      if (error !== undefined) expect(error.message).toBe(`--pid "${value}" is not a process ID`);
      expect(error === undefined).toBe(/^[1-9][0-9]{0,8}$/.test(value));
    }),
    { numRuns: 2000 },
  );
});

describe("nearestWord()", () => {
  const known = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,10}$/), { minLength: 1, maxLength: 6 });

  test("knows a word that is there, and answers none that is not", () => {
    fc.assert(
      fc.property(known, fc.string({ maxLength: 10 }), at, (words, typed, index) => {
        const word = words[index % words.length] ?? "";
        expect(nearestWord(word, words)).toBe(word);
        const nearest = nearestWord(typed, words);
        if (nearest !== undefined) expect(words).toContain(nearest);
      }),
    );
  });

  test("finds the word behind one slip", () => {
    fc.assert(
      fc.property(known, at, at, fc.constantFrom("drop", "add", "swap"), (words, which, where, slip) => {
        const word = words[which % words.length] ?? "";
        const place = where % word.length;
        const [before, char, after] = [word.slice(0, place), word[place] ?? "", word.slice(place + 1)];
        const typed = { drop: before + after, add: `${before}${char}#${after}`, swap: `${before}#${after}` }[slip];
        expect(nearestWord(typed, [word])).toBe(word);
      }),
    );
  });
});

describe("ownHook()", () => {
  const read = (handler: unknown): string | undefined => {
    const node = parseTree(JSON.stringify(handler));
    return node === undefined ? undefined : ownHook(node);
  };
  const HOOKS = ["init", "check", "release", "heartbeat", "cleanup"];

  test("takes whatever stands in a settings file", () => {
    const handler = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.oneof(fc.constant("command"), fc.jsonValue()),
        command: fc.oneof(fc.constantFrom("coord", "/x/coord", "coord hook check"), fc.string(), fc.jsonValue()),
        args: fc.oneof(fc.constant(["hook", "check"]), fc.array(fc.string()), fc.jsonValue()),
      }),
    );
    fc.assert(
      fc.property(handler, (value) => {
        const hook = read(value);
        if (hook !== undefined) expect(HOOKS).toContain(hook);
      }),
      { numRuns: 2000 },
    );
  });

  test("knows what install writes for a binary in any folder, and leaves alone what does more", () => {
    const folder = fc.string({ maxLength: 12 }).map((name) => `/${name}`);
    const more = fc.constantFrom("; echo", " && true", " --fast", " | tee log", " &");
    fc.assert(
      fc.property(folder, fc.constantFrom("user", "project", "local"), more, (path, scope, suffix) => {
        for (const { hook, group } of wiring({ scope, strict: false, binary: `${path}/coord`, writeTools: [] })) {
          const [handler] = group.hooks;
          expect(read(handler)).toBe(hook);
          const { command } = handler ?? {};
          if (scope === "project") expect(read({ type: "command", command: `${command}${suffix}` })).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
  });
});

function caught(run: () => unknown): (Error & { readonly code?: string; readonly hint?: string }) | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!isCoordError(error)) throw error;
    return error;
  }
}
