/** Damage by chance that knows what JSON is: what comes out is nearly right, which is what readers get wrong. */

/** Numbers in [0, 1). */
export type Draw = () => number;

export function pick<T>(items: readonly T[], draw: Draw): T | undefined {
  return items[Math.floor(draw() * items.length)];
}

/** What may stand where something else is expected: near misses, and far ones. */
const OTHERS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "0",
  "null",
  "undefined",
  "..",
  "../../../../x",
  "/etc/passwd",
  "__proto__",
  "constructor",
  "a\u0000b",
  "\u001b[2J\u202e",
  "\ud800",
  "x".repeat(10_001),
  "DEC-20260101-0001-000000",
  "9999-99-99T99:99:99Z",
  [],
  {},
  [[]],
  [null],
  { length: 1e9 },
  Array.from({ length: 200 }, () => 0),
];

const KEYS: readonly string[] = ["__proto__", "constructor", "toString", "", "seq", "0", "toJSON", "length", "then"];

/** A copy of `value` with one or a few of its parts dropped, replaced, doubled, exchanged, wrapped or added to. */
export function mutated(value: unknown, draw: Draw): unknown {
  let found = value;
  do found = mutatedOnce(found, draw);
  while (draw() < 0.3);
  return found;
}

function mutatedOnce(value: unknown, draw: Draw): unknown {
  if (Array.isArray(value)) return value.length > 0 && draw() < 0.7 ? inList(value, draw) : list(value, draw);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    return entries.length > 0 && draw() < 0.85 ? inObject(entries, draw) : object(entries, draw);
  }
  return draw() < 0.5 ? near(value, draw) : pick(OTHERS, draw);
}

function inList(items: readonly unknown[], draw: Draw): unknown {
  const at = Math.floor(draw() * items.length);
  return items.map((item, i): unknown => (i === at ? mutatedOnce(item, draw) : item));
}

function list(items: readonly unknown[], draw: Draw): unknown {
  const kind = draw();
  if (kind < 0.3) return items.slice(1);
  if (kind < 0.6) return [...items, ...items];
  if (kind < 0.8) return [...items, pick(OTHERS, draw)];
  return pick(OTHERS, draw);
}

type Entries = readonly (readonly [string, unknown])[];

/** Objects are made entry by entry: `__proto__` becomes a field of its own, as JSON.parse makes it. */
function built(entries: Entries): unknown {
  const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}`).join(",");
  return JSON.parse(`{${text}}`);
}

function inObject(entries: Entries, draw: Draw): unknown {
  const at = Math.floor(draw() * entries.length);
  if (draw() < 0.15) return built(entries.filter((_, i) => i !== at));
  return built(entries.map(([key, value], i) => [key, i === at ? mutatedOnce(value, draw) : value]));
}

function object(entries: Entries, draw: Draw): unknown {
  const kind = draw();
  if (kind < 0.3) return built([...entries, [pick(KEYS, draw) ?? "", pick(OTHERS, draw)]]);
  if (kind < 0.5) return built(entries.map(([key], i) => [key, entries[(i + 1) % entries.length]?.[1]]));
  if (kind < 0.6) return [built(entries)];
  if (kind < 0.7) return entries.reduce<unknown>((inner) => ({ inner }), built(entries));
  return pick(OTHERS, draw);
}

/** A value of the same type that is slightly another. */
function near(value: unknown, draw: Draw): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number")
    return pick([value + 1, value - 1, -value, value * 1e300, value + 0.5, `${value}`], draw);
  if (typeof value !== "string") return pick(OTHERS, draw);
  const at = Math.floor(draw() * (value.length + 1));
  const odd = pick(["\u0000", "\n", "\u202e", "/", "..", "~1", "\ud800", '"', "\\", "é", " ", "%"], draw) ?? "";
  const pieces = [
    value.slice(0, at),
    odd + value.slice(at),
    value.slice(0, at) + value.slice(at + 1),
    value.toUpperCase(),
  ];
  return pick([...pieces, value.slice(0, at) + odd + value.slice(at), value + value], draw);
}

/** The text of a value with damage that JSON does not know of: keys twice, bytes flipped, cut, moved or put in. */
export function damagedText(value: unknown, draw: Draw): Uint8Array<ArrayBuffer> {
  const kind = draw();
  const text = JSON.stringify(kind < 0.7 ? mutated(value, draw) : value) ?? "";
  const bytes = new TextEncoder().encode(`${text}\n`);
  if (kind < 0.6) return bytes;
  const at = Math.floor(draw() * bytes.length);
  const to = at + Math.floor(draw() * 20);
  const how = draw();
  if (how < 0.2) return bytes.slice(0, at);
  if (how < 0.4) return bytes.map((byte, i) => (i === at ? byte ^ (1 << Math.floor(draw() * 8)) : byte));
  if (how < 0.5) return joined(bytes.slice(0, at), bytes.slice(to));
  if (how < 0.6) return joined(bytes, bytes);
  if (how < 0.7) return joined(bytes.slice(0, at), bytes.slice(0, to), bytes.slice(at));
  if (how < 0.8) return joined(new Uint8Array([0xef, 0xbb, 0xbf]), bytes);
  if (how < 0.9) return joined(bytes.slice(0, at), new Uint8Array([Math.floor(draw() * 256)]), bytes.slice(at));
  return new TextEncoder().encode(text.replace(/"([^"]+)":/, (whole) => `${whole}${text.slice(0, 40)},${whole}`));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
