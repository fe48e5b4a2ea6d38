/**
 * The code signature of a Mach-O file, after xnu's <kern/cs_blobs.h>: a SuperBlob of blobs, all of it big-endian. Its
 * CodeDirectories hold a hash of each page of the file from its beginning to `codeLimit`, and of the other blobs.
 */
import { cText, partOf } from "../binary-bytes.ts";
import { hex, type SignaturePlace } from "./read.ts";

export interface CodeDirectory {
  readonly version: number;
  readonly identifier: string;
  /** Of who signed it with a certificate. */
  readonly team: string | undefined;
  readonly flags: readonly string[];
  readonly isAdHoc: boolean;
  readonly hash: string;
  readonly pageSize: number;
  /** Up to where the pages are hashed. Bytes. */
  readonly codeLimit: number;
  readonly pages: number;
  /** Numbers of the pages whose hash is not that of what is there. */
  readonly wrongPages: readonly number[];
  /** Names of the other blobs whose hash is not that of what is there. */
  readonly wrongBlobs: readonly string[];
}

export interface CodeSignature {
  readonly directories: readonly CodeDirectory[];
  /** True when a certificate's signature is there. Whether it holds only a Mac can tell. */
  readonly hasCertificate: boolean;
  readonly hasEntitlements: boolean;
}

interface Blob {
  readonly slot: number;
  readonly bytes: Buffer;
}

const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const SMALLEST_BLOB = 8;
const SMALLEST_DIRECTORY = 44;
const MAX_BLOBS = 100;
/** Slots of the SuperBlob; a CodeDirectory holds the hash of slot n before its first page hash, n hashes earlier. */
const SLOTS: Readonly<Record<number, string>> = { 2: "requirements", 5: "entitlements", 7: "DER entitlements" };
const ENTITLEMENTS = 5;
const CERTIFICATE = 0x10000;
/** An empty CMS wrapper has these bytes alone. */
const EMPTY_CERTIFICATE = 8;
/** Versions from which the field is there. */
const HAS_TEAM = 0x20200;
const HAS_LONG_LIMIT = 0x20300;
const HASHES: Readonly<Record<number, { readonly name: "sha1" | "sha256" | "sha384"; readonly size: number }>> = {
  1: { name: "sha1", size: 20 },
  2: { name: "sha256", size: 32 },
  3: { name: "sha256", size: 20 },
  4: { name: "sha384", size: 48 },
};
const AD_HOC = 0x2;
const FLAGS: readonly (readonly [number, string])[] = [
  [AD_HOC, "ad hoc"],
  [0x100, "hard"],
  [0x200, "kill"],
  [0x2000, "library validation"],
  [0x10000, "hardened runtime"],
  [0x20000, "linker-signed"],
];

/** Throws an error that says what is wrong where the signature contradicts itself or the file. */
export function readCodeSignature(bytes: Buffer, { offset, size }: SignaturePlace): CodeSignature {
  const place = partOf(bytes, offset, size, "The code signature");
  const superBlob = blobAt(place, 0, "The SuperBlob of the code signature");
  if (superBlob.readUInt32BE(0) !== SUPER_BLOB) {
    throw new Error(`The code signature is no SuperBlob: it begins with ${hex(superBlob.readUInt32BE(0))}`);
  }
  const blobs = blobsOf(superBlob);
  const directories = blobs.filter(({ bytes: blob }) => blob.readUInt32BE(0) === CODE_DIRECTORY);
  if (directories.length === 0) throw new Error("The code signature has no CodeDirectory");
  return {
    directories: directories.map((blob) => directoryOf(blob.bytes, blobs, bytes.subarray(0, offset))),
    hasCertificate: blobs.some(({ slot, bytes: blob }) => slot === CERTIFICATE && blob.length > EMPTY_CERTIFICATE),
    hasEntitlements: blobs.some(({ slot }) => slot === ENTITLEMENTS),
  };
}

function blobsOf(superBlob: Buffer): readonly Blob[] {
  const count = partOf(superBlob, 8, 4, "The count of blobs").readUInt32BE(0);
  if (count > MAX_BLOBS) throw new Error(`The code signature claims to have ${count} blobs`);
  const index = partOf(superBlob, 12, count * 8, "The index of the code signature");
  return Array.from({ length: count }, (_, i) => {
    const slot = index.readUInt32BE(i * 8);
    return { slot, bytes: blobAt(superBlob, index.readUInt32BE(i * 8 + 4), `Blob ${hex(slot)} of the code signature`) };
  });
}

/** A blob begins with its magic number and its length. */
function blobAt(within: Buffer, at: number, what: string): Buffer {
  const length = partOf(within, at, SMALLEST_BLOB, what).readUInt32BE(4);
  if (length < SMALLEST_BLOB) throw new Error(`${what} claims to have ${length} bytes`);
  return partOf(within, at, length, what);
}

/** `code` is what can be signed: all that lies before the signature. */
function directoryOf(blob: Buffer, blobs: readonly Blob[], code: Buffer): CodeDirectory {
  const what = "The CodeDirectory";
  partOf(blob, 0, SMALLEST_DIRECTORY, what);
  const at = (offset: number): number => blob.readUInt32BE(offset);
  const version = at(8);
  const flags = at(12);
  const [hashesAt, specials, pages] = [at(16), at(24), at(28)];
  const hash = HASHES[blob.readUInt8(37)];
  if (hash === undefined || hash.size !== blob.readUInt8(36)) {
    throw new Error(`${what} is of an unknown type of hash: ${blob.readUInt8(37)}, ${blob.readUInt8(36)} bytes each`);
  }
  const pageSize = 2 ** blob.readUInt8(39);
  const longLimit = version >= HAS_LONG_LIMIT ? Number(partOf(blob, 56, 8, what).readBigUInt64BE(0)) : 0;
  const codeLimit = longLimit === 0 ? at(32) : longLimit;
  if (codeLimit > code.length) {
    throw new Error(`${what} covers ${codeLimit} bytes, but only ${code.length} lie before the signature`);
  }
  if (pages !== Math.ceil(codeLimit / pageSize)) {
    throw new Error(`${what} has ${pages} pages of ${pageSize} bytes for ${codeLimit} bytes`);
  }
  const hashes = partOf(blob, hashesAt - specials * hash.size, (specials + pages) * hash.size, "The list of hashes");
  const matches = (slot: number, content: Buffer): boolean => {
    const start = (specials + slot) * hash.size;
    const digest = new Bun.CryptoHasher(hash.name).update(content).digest().subarray(0, hash.size);
    return hashes.subarray(start, start + hash.size).equals(digest);
  };
  const limited = code.subarray(0, codeLimit);
  const pageOf = (page: number): Buffer => limited.subarray(page * pageSize, (page + 1) * pageSize);
  const team = version >= HAS_TEAM ? partOf(blob, 48, 4, what).readUInt32BE(0) : 0;
  const named = blobs.filter(({ slot }) => SLOTS[slot] !== undefined);
  return {
    version,
    identifier: cText(blob, at(20)),
    team: team === 0 ? undefined : cText(blob, team),
    flags: FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name),
    isAdHoc: (flags & AD_HOC) !== 0,
    hash: hash.name,
    pageSize,
    codeLimit,
    pages,
    wrongPages: Array.from({ length: pages }, (_, page) => page).filter((page) => !matches(page, pageOf(page))),
    wrongBlobs: named
      .filter(({ slot, bytes: content }) => slot > specials || !matches(-slot, content))
      .map(({ slot }) => SLOTS[slot] ?? hex(slot)),
  };
}
