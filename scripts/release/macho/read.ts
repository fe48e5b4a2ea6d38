/** The header and the load commands of a 64-bit Mach-O file, after <mach-o/loader.h>. */
import { cText, partOf } from "../binary-bytes.ts";

export interface Segment {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Where its load command stands in the file. */
  readonly commandAt: number;
}

export interface SignaturePlace {
  readonly offset: number;
  readonly size: number;
  readonly commandAt: number;
}

export interface MachO {
  readonly architecture: string;
  readonly fileType: string;
  /** `platform` is "macOS" unless it was built for something else. */
  readonly build: { readonly platform: string; readonly minimum: string; readonly sdk: string } | undefined;
  readonly dylibs: readonly string[];
  /** Folders in which dylibs are looked for too. */
  readonly runPaths: readonly string[];
  /** In the order of the file, without those that take nothing of it. */
  readonly segments: readonly Segment[];
  readonly signature: SignaturePlace | undefined;
}

const MAGIC_64 = 0xfeedfacf;
const HEADER_SIZE = 32;
const SMALLEST_COMMAND = 8;
/** More than any linker writes. */
const MAX_COMMANDS = 10_000;
const ARCHITECTURES: Readonly<Record<number, string>> = { 0x0100_0007: "x64", 0x0100_000c: "arm64" };
const FILE_TYPES: Readonly<Record<number, string>> = { 1: "object", 2: "executable", 6: "dylib", 8: "bundle" };
const PLATFORMS: Readonly<Record<number, string>> = { 1: "macOS", 2: "iOS", 6: "Mac Catalyst" };

const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const LC_BUILD_VERSION = 0x32;
const LC_RPATH = 0x8000_001c;
/** LC_LOAD_DYLIB, its weak, re-exporting and upward kinds, and LC_LAZY_LOAD_DYLIB. */
const LC_DYLIBS: readonly number[] = [0xc, 0x8000_0018, 0x8000_001f, 0x8000_0023, 0x20];

interface Command {
  readonly kind: number;
  readonly at: number;
  readonly bytes: Buffer;
}

/** Throws an error that says what is wrong where `bytes` is no such file, or one that contradicts itself. */
export function readMachO(bytes: Buffer): MachO {
  if (bytes.length === 0) throw new Error("It is empty");
  if (bytes.length < HEADER_SIZE) throw new Error(`It has ${bytes.length} bytes: too few for a Mach-O header`);
  const magic = bytes.readUInt32LE(0);
  if (magic !== MAGIC_64) throw new Error(`It is no 64-bit Mach-O file: it begins with ${hex(magic)}`);
  const commands = commandsOf(bytes);
  const of = (...kinds: readonly number[]): readonly Command[] => commands.filter(({ kind }) => kinds.includes(kind));
  const build = of(LC_BUILD_VERSION)[0];
  const signatures = of(LC_CODE_SIGNATURE);
  if (signatures.length > 1) throw new Error(`It names ${signatures.length} code signatures`);
  return {
    architecture: ARCHITECTURES[bytes.readUInt32LE(4)] ?? `unknown (${hex(bytes.readUInt32LE(4))})`,
    fileType: FILE_TYPES[bytes.readUInt32LE(12)] ?? `unknown (${bytes.readUInt32LE(12)})`,
    build: build === undefined ? undefined : buildOf(build),
    dylibs: of(...LC_DYLIBS).map(textOf),
    runPaths: of(LC_RPATH).map(textOf),
    segments: of(LC_SEGMENT_64)
      .map(segmentOf)
      .filter(({ size }) => size > 0),
    signature: signatures.map(placeOf)[0],
  };
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function commandsOf(bytes: Buffer): readonly Command[] {
  const count = bytes.readUInt32LE(16);
  const size = bytes.readUInt32LE(20);
  if (count > MAX_COMMANDS) throw new Error(`It claims to have ${count} load commands`);
  const all = partOf(bytes, HEADER_SIZE, size, "The list of load commands");
  const commands: Command[] = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const what = `Load command ${i + 1} of ${count}`;
    if (at + SMALLEST_COMMAND > size) throw new Error(`${what} lies behind the end of their list (${size} bytes)`);
    const length = all.readUInt32LE(at + 4);
    if (length < SMALLEST_COMMAND || at + length > size) throw new Error(`${what} claims to have ${length} bytes`);
    commands.push({ kind: all.readUInt32LE(at), at: HEADER_SIZE + at, bytes: all.subarray(at, at + length) });
    at += length;
  }
  if (at !== size) throw new Error(`Its ${count} load commands have ${at} bytes and not ${size}, as the header says`);
  return commands;
}

/** A field of a command, which may be shorter than its kind asks for. */
function field(command: Command, at: number): number {
  return partOf(command.bytes, at, 4, `A field of load command ${hex(command.kind)}`).readUInt32LE(0);
}

function wide(command: Command, at: number): number {
  return field(command, at) + field(command, at + 4) * 2 ** 32;
}

/** Text whose offset in the command is its first field. */
function textOf(command: Command): string {
  return cText(command.bytes, field(command, 8));
}

function segmentOf(command: Command): Segment {
  const name = cText(command.bytes.subarray(8, 24), 0);
  return { name, offset: wide(command, 40), size: wide(command, 48), commandAt: command.at };
}

function placeOf(command: Command): SignaturePlace {
  return { offset: field(command, 8), size: field(command, 12), commandAt: command.at };
}

function buildOf(command: Command): MachO["build"] {
  const platform = field(command, 8);
  return {
    platform: PLATFORMS[platform] ?? `platform ${platform}`,
    minimum: versionOf(field(command, 12)),
    sdk: versionOf(field(command, 16)),
  };
}

/** X.Y.Z in nibbles: xxxx.yy.zz. */
function versionOf(packed: number): string {
  const patch = packed & 0xff;
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}${patch === 0 ? "" : `.${patch}`}`;
}
