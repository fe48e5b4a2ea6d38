/** Contents that no record may have, or that nobody expects of it: each made from the good one, `other` being another record's. */
import type { chance } from "../seed.ts";

type Draw = ReturnType<typeof chance>;

/** Undefined where it cannot be made of this content. */
export type Spoilt = (good: string, other: string, draw: Draw) => string | Uint8Array | undefined;

/** Just below what is still read as a record. */
const NEARLY_CAP = 4 * 1024 * 1024 - 2000;
const encoder = new TextEncoder();

function isObject(good: string): boolean {
  return good.startsWith("{") && good.trimEnd().endsWith("}");
}

/** `fields` before those of the object. */
function before(good: string, fields: string): string | undefined {
  return isObject(good) ? `{${fields},${good.slice(1)}` : undefined;
}

function numbers(value: string): Spoilt {
  return changed((good) => good.replaceAll(/(:\s*|\[)-?\d+(\.\d+)?(?=[,}\]\s])/g, `$1${value}`));
}

function changed(change: (good: string) => string): Spoilt {
  return (good) => {
    const spoilt = change(good);
    return spoilt === good ? undefined : spoilt;
  };
}

function always(text: string): Spoilt {
  return () => text;
}

/** The bytes of `good` with one of them changed. */
function oneByte(good: string, at: number, change: (byte: number) => number): Uint8Array | undefined {
  const bytes = encoder.encode(good);
  const index = Math.floor(at * bytes.length);
  const byte = bytes[index];
  if (byte === undefined) return undefined;
  bytes[index] = change(byte);
  return bytes;
}

/** Its own lists with their elements again and again, an empty one with elements that are none; of lines the first. */
function crowded(good: string): string | undefined {
  if (!isObject(good)) return undefined;
  const grow = (list: readonly unknown[]): readonly unknown[] => {
    const times = Math.floor(1_000_000 / (JSON.stringify(list).length + 10));
    return Array.from({ length: times }, () => (list.length === 0 ? [{}] : list)).flat();
  };
  const lines = good.trimEnd().split("\n");
  if (lines.length > 1 && lines[0]?.endsWith("}") === true) return `${lines[0]}\n`.repeat(20_000);
  const fields: readonly (readonly [string, unknown])[] = Object.entries(JSON.parse(good));
  const text = JSON.stringify(
    Object.fromEntries(fields.map(([name, value]) => [name, Array.isArray(value) ? grow(value) : value])),
  );
  return text.length > good.length * 2 ? text : undefined;
}

export const CONTENTS: Readonly<Record<string, Spoilt>> = {
  "an empty file": always(""),
  "its first byte": (good) => good.slice(0, 1),
  "half of it": (good) => good.slice(0, good.length / 2),
  "all but its last bytes": (good) => good.trimEnd().slice(0, -1),
  "cut anywhere": (good, _, draw) => good.slice(0, Math.floor(draw() * good.length)),
  "NULs in its length": (good) => "\0".repeat(Math.max(good.length, 1)),
  "a NUL within": (good) => `${good.slice(0, good.length / 2)}\0${good.slice(good.length / 2)}`,
  "NULs behind it": (good) => good + "\0".repeat(4096),
  "one flipped bit": (good, _, draw) => oneByte(good, draw(), (byte) => byte ^ (1 << Math.floor(draw() * 8))),
  "no UTF-8": (good, _, draw) => oneByte(good, draw(), () => 0xff),
  "UTF-16": (good) => new Uint8Array(Buffer.from(`\ufeff${good}`, "utf16le")),
  "a byte order mark": (good) => `\ufeff${good}`,
  words: always("hello\n"),
  "a list": always("[]\n"),
  "a list of it": (good) => (isObject(good) ? `[${good}]` : undefined),
  null: always("null\n"),
  "a number": always("-1e999\n"),
  "a text": always('"__proto__"\n'),
  "an empty object": always("{}\n"),
  "a __proto__ that holds it": (good) => (isObject(good) ? `{"__proto__":${good}}` : undefined),
  "a __proto__ and a constructor besides": (good) =>
    before(good, '"__proto__":{"instance_id":"evil"},"constructor":{"prototype":{"toString":1}},"toString":null'),
  "keys twice": (good) => before(good, good.trim().slice(1, -1)),
  "keys twice, that differ": (good) =>
    before(good, '"seq":7,"key":"evil","instance_id":"evil","decision_id":"evil","grants":{},"fence_floor":-1'),
  "nested a hundred thousand deep": always("[".repeat(100_000)),
  "a deep field besides": (good) => before(good, `"deep":${"[".repeat(5000)}${"]".repeat(5000)}`),
  "no numbers": numbers("NaN"),
  "negative numbers": numbers("-1"),
  fractions: numbers("0.5"),
  "numbers too large for a double": numbers("1e400"),
  "the largest double": numbers("1.7976931348623157e308"),
  "the largest exact number": numbers("9007199254740991"),
  "numbers of twenty digits": numbers("99999999999999999999"),
  "its version at the end of all numbers": changed((good) => good.replace(/"seq":\d+/, '"seq":9007199254740991')),
  "texts for numbers": changed((good) => good.replaceAll(/:(\d+)/g, ':"$1"')),
  "null in all fields": changed((good) => good.replaceAll(/:\s*("[^"]*"|\d+)/g, ":null")),
  "no times": changed((good) => good.replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"yesterday"')),
  "controls in its texts": changed((good) =>
    good.replaceAll(
      /"(task|agent_role|intent|title|description|branch|user|session_id)":\s*"/g,
      "$&\\u001b[2J\\r\\u202e",
    ),
  ),
  "another version's stamp": changed((good) =>
    good.replace(/"schema_version":\s*"[^"]*"/, '"schema_version":"99.7.3"'),
  ),
  "no stamp": changed((good) => good.replace("schema_version", "schema")),
  "fields of another version": (good) => before(good, '"from_the_future":{"list":[1,2,3]},"x":null'),
  "another record": (good, other) => (other === good || other === "" ? undefined : other),
  "crowded lists": crowded,
  "padded to the largest size": (good) => before(good, `"pad":"${"x".repeat(Math.max(0, NEARLY_CAP - good.length))}"`),
  "five megabytes": (good) => good + " ".repeat(5 * 1024 * 1024),
};
