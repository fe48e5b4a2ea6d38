/** What a 64-bit little-endian ELF file asks of the system that it runs on: elf(5), and the GNU symbol versions. */
import { cText, partOf } from "../binary-bytes.ts";

export interface Elf {
  readonly architecture: string;
  /** The loader that the kernel starts it with; undefined for a static program. */
  readonly interpreter: string | undefined;
  readonly libraries: readonly string[];
  /** Folders in which libraries are looked for before the system's own. */
  readonly runPaths: readonly string[];
  /** Versions of symbols, as `GLIBC_2.17`, that the libraries must have. */
  readonly versions: readonly string[];
}

const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const MACHINES: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
/** More than any program has. */
const MAX_VERSIONS = 10_000;
const MAX_PROGRAM_HEADERS = 1000;

interface Program {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Throws an error that says what is wrong where `bytes` is no such file, or one that contradicts itself. */
export function readElf(bytes: Buffer): Elf {
  if (bytes.length === 0) throw new Error("It is empty");
  if (bytes.length < HEADER_SIZE) throw new Error(`It has ${bytes.length} bytes: too few for an ELF header`);
  // 64 bits, little-endian.
  if (!bytes.subarray(0, 6).equals(Buffer.from("\u007fELF\u0002\u0001", "latin1"))) {
    throw new Error(`It is no 64-bit ELF file: it begins with 0x${bytes.readUInt32LE(0).toString(16)}`);
  }
  const programs = programsOf(bytes);
  const interpreter = programs.find(({ type }) => type === PT_INTERP);
  const dynamic = programs.find(({ type }) => type === PT_DYNAMIC);
  const entries = dynamic === undefined ? [] : entriesOf(partOf(bytes, dynamic.offset, dynamic.size, "PT_DYNAMIC"));
  const from = (tag: number): Buffer | undefined => {
    const address = entries.find(([key]) => key === tag)?.[1];
    return address === undefined ? undefined : mapped(bytes, programs, address);
  };
  const texts = from(DT_STRTAB) ?? Buffer.alloc(0);
  const named = (...tags: readonly number[]): readonly string[] =>
    entries.filter(([tag]) => tags.includes(tag)).map(([, at]) => cText(texts, at));
  const needed = from(DT_VERNEED);
  const count = entries.find(([tag]) => tag === DT_VERNEEDNUM)?.[1] ?? 0;
  return {
    architecture: MACHINES[bytes.readUInt16LE(18)] ?? `unknown (${bytes.readUInt16LE(18)})`,
    interpreter:
      interpreter === undefined
        ? undefined
        : cText(partOf(bytes, interpreter.offset, interpreter.size, "The name of the loader"), 0),
    libraries: named(DT_NEEDED),
    runPaths: named(DT_RPATH, DT_RUNPATH),
    versions: needed === undefined ? [] : versionsOf(needed, count, texts),
  };
}

function programsOf(bytes: Buffer): readonly Program[] {
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  if (size !== PROGRAM_HEADER_SIZE) throw new Error(`Its program headers have ${size} bytes`);
  if (count > MAX_PROGRAM_HEADERS) throw new Error(`It claims to have ${count} program headers`);
  const table = partOf(bytes, Number(bytes.readBigUInt64LE(32)), count * size, "The list of program headers");
  return Array.from({ length: count }, (_, i) => {
    const at = i * size;
    const wide = (offset: number): number => Number(table.readBigUInt64LE(at + offset));
    return { type: table.readUInt32LE(at), offset: wide(8), address: wide(16), size: wide(32) };
  });
}

/** Tags and values up to DT_NULL. */
function entriesOf(dynamic: Buffer): readonly (readonly [number, number])[] {
  const entries: (readonly [number, number])[] = [];
  for (let at = 0; at + 16 <= dynamic.length; at += 16) {
    const tag = Number(dynamic.readBigUInt64LE(at));
    if (tag === 0) break;
    entries.push([tag, Number(dynamic.readBigUInt64LE(at + 8))]);
  }
  return entries;
}

/** The bytes from where `address` will be in memory to the end of its segment. */
function mapped(bytes: Buffer, programs: readonly Program[], address: number): Buffer {
  const holds = ({ type, address: start, size }: Program): boolean =>
    type === PT_LOAD && address >= start && address < start + size;
  const segment = programs.find(holds);
  if (segment === undefined) throw new Error(`No segment holds the address 0x${address.toString(16)}`);
  const into = address - segment.address;
  return partOf(bytes, segment.offset + into, segment.size - into, "A loaded segment");
}

/** The chain of Verneed, one for each library, each with a chain of Vernaux; all offsets lead forward. */
function versionsOf(needed: Buffer, count: number, texts: Buffer): readonly string[] {
  const versions = new Set<string>();
  let at = 0;
  let read = 0;
  for (let i = 0; i < count; i += 1) {
    const library = partOf(needed, at, 16, "A list of symbol versions");
    let auxAt = at + library.readUInt32LE(8);
    for (let j = 0; j < library.readUInt16LE(2); j += 1) {
      read += 1;
      if (read > MAX_VERSIONS) throw new Error(`It claims to need more than ${MAX_VERSIONS} symbol versions`);
      const aux = partOf(needed, auxAt, 16, "A symbol version");
      versions.add(cText(texts, aux.readUInt32LE(8)));
      auxAt += aux.readUInt32LE(12);
    }
    at += library.readUInt32LE(12);
  }
  return [...versions];
}
