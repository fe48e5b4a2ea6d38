/**
 * Signs a macOS binary ad hoc, without a Mac: in place of the signature that is there comes one CodeDirectory with the
 * hashes of all pages, as linkers write it. Nobody vouches for such a file; it only says that its pages are whole,
 * which is all that macOS asks of a program that was not downloaded by a browser.
 *
 *   bun scripts/release/macho/sign-ad-hoc.ts FILE...      exit codes: 0 done, 1 failed, 2 wrong usage
 */
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { partOf } from "../binary-bytes.ts";
import { readMachO } from "./read.ts";

const PAGE = 4096;
/** Segments are mapped in pages of this size on Apple silicon; Intel's are smaller. */
const SEGMENT_ALIGNMENT = 0x4000;
const HASH_SIZE = 32;
const SUPER_BLOB_SIZE = 20;
/** Of version 0x20400: with codeLimit64 and the executable segment. */
const DIRECTORY_SIZE = 88;
const AD_HOC_LINKER_SIGNED = 0x20002;
const MAIN_BINARY = 1n;

/** The file anew, with a signature that fits it. Throws where it has none that could be replaced, or was cut off. */
export function signedAdHoc(bytes: Buffer, identifier: string): Buffer {
  const { segments, signature } = readMachO(bytes);
  const linkEdit = segments.find(({ name }) => name === "__LINKEDIT");
  const text = segments.find(({ name }) => name === "__TEXT");
  if (signature === undefined || linkEdit === undefined || text === undefined) {
    throw new Error("It has no code signature that could be replaced");
  }
  partOf(bytes, signature.offset, signature.size, "The code signature");
  const limit = signature.offset;
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(limit / PAGE);
  const length = DIRECTORY_SIZE + name.length + pages * HASH_SIZE;
  const size = SUPER_BLOB_SIZE + length;

  const signed = Buffer.alloc(limit + size);
  bytes.copy(signed, 0, 0, limit);
  // First what the header says of the signature, because the first page's hash covers it.
  signed.writeUInt32LE(size, signature.commandAt + 12);
  const linkEditSize = limit + size - linkEdit.offset;
  const mapped = Math.ceil(linkEditSize / SEGMENT_ALIGNMENT) * SEGMENT_ALIGNMENT;
  signed.writeBigUInt64LE(BigInt(mapped), linkEdit.commandAt + 32);
  signed.writeBigUInt64LE(BigInt(linkEditSize), linkEdit.commandAt + 48);

  const at = limit + SUPER_BLOB_SIZE;
  const header = [0xfade0cc0, size, 1, 0, SUPER_BLOB_SIZE, 0xfade0c02, length, 0x20400, AD_HOC_LINKER_SIGNED];
  const rest = [DIRECTORY_SIZE + name.length, DIRECTORY_SIZE, 0, pages, limit];
  for (const [i, word] of [...header, ...rest].entries()) signed.writeUInt32BE(word, limit + i * 4);
  // SHA-256 is type 2; the platform is none; pages have 2^12 bytes.
  signed.set([HASH_SIZE, 2, 0, 12], at + 36);
  signed.writeBigUInt64BE(BigInt(text.offset), at + 64);
  signed.writeBigUInt64BE(BigInt(text.size), at + 72);
  signed.writeBigUInt64BE(MAIN_BINARY, at + 80);
  name.copy(signed, at + DIRECTORY_SIZE);
  for (let page = 0; page < pages; page += 1) {
    const content = signed.subarray(page * PAGE, Math.min((page + 1) * PAGE, limit));
    const digest = new Bun.CryptoHasher("sha256").update(content).digest();
    digest.copy(signed, at + DIRECTORY_SIZE + name.length + page * HASH_SIZE);
  }
  return signed;
}

/** A new file under the old name: macOS remembers the signature of a file, not of its name. */
function signFile(path: string): void {
  const scratch = `${path}.signing-${process.pid}`;
  writeFileSync(scratch, signedAdHoc(readFileSync(path), "coord"));
  chmodSync(scratch, statSync(path).mode);
  renameSync(scratch, path);
}

if (import.meta.main) {
  const paths = process.argv.slice(2);
  if (paths.length === 0 || paths.some((path) => path.startsWith("-"))) {
    process.stderr.write("Next: bun scripts/release/macho/sign-ad-hoc.ts FILE...\n");
    process.exitCode = 2;
  }
  for (const path of process.exitCode === 2 ? [] : paths) {
    try {
      signFile(path);
      process.stdout.write(`Signed ad hoc: ${path}\n`);
    } catch (error) {
      process.stderr.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
