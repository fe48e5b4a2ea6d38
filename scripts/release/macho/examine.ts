/** What a macOS binary must be for a release, judged without a Mac. */
import type { BinaryReport } from "../binary-report.ts";
import { readCodeSignature, type CodeDirectory, type CodeSignature } from "./code-signature.ts";
import { hex, readMachO, type MachO } from "./read.ts";

interface Problem {
  readonly text: string;
  /** True when signing the file again mends it. */
  readonly signing: boolean;
}

/** Only what every Mac has: anything else would be missing on most. */
const SYSTEM_FOLDERS = ["/usr/lib/", "/System/Library/"] as const;
const SIGN = "codesign --force --sign - --entitlements scripts/release/entitlements.plist";

export interface ExamineOptions {
  /** True for a binary that will be signed again on a Mac: a signature that does not fit the file is accepted. */
  readonly toBeSigned: boolean;
}

/** Throws where the file is no Mach-O file, or one that contradicts itself. */
export function examineMachO(bytes: Buffer, path: string, { toBeSigned }: ExamineOptions): BinaryReport {
  const file = readMachO(bytes);
  const signature = file.signature === undefined ? undefined : readCodeSignature(bytes, file.signature);
  const problems = [...problemsOf(file, bytes.length), ...signatureProblems(file, signature)];
  const textsOf = (signing: boolean): readonly string[] =>
    problems.filter((problem) => problem.signing === signing).map(({ text }) => text);
  const open = toBeSigned ? textsOf(false) : problems.map(({ text }) => text);
  const mendable = problems.some((problem) => problem.signing);
  return {
    facts: [...factsOf(file), ...(signature?.directories ?? []).map((directory) => factOf(directory, signature))],
    problems: open,
    accepted: toBeSigned ? textsOf(true) : [],
    hint: mendable ? `on a Mac: ${SIGN} ${JSON.stringify(path)}` : undefined,
  };
}

function factsOf({ architecture, fileType, build, dylibs, segments }: MachO): readonly string[] {
  return [
    `${architecture} ${fileType}`,
    build === undefined
      ? "says nothing of the system that it needs"
      : `needs ${build.platform} ${build.minimum} (built with the SDK ${build.sdk})`,
    `links ${dylibs.join(", ")}`,
    `segments ${segments.map(({ name, size }) => `${name} ${size}`).join(", ")}`,
  ];
}

function factOf(directory: CodeDirectory, signature: CodeSignature | undefined): string {
  const { version, identifier, team, flags, hash, pages, wrongPages } = directory;
  const by = team === undefined ? "" : `, by team "${team}"`;
  const rights = signature?.hasEntitlements === true ? ", with entitlements" : "";
  return (
    `signed as "${identifier}"${by} (${flags.join(", ") || "no flags"}${rights}); CodeDirectory ${hex(version)}, ` +
    `${hash}; ${wrongPages.length} of ${pages} page hashes wrong`
  );
}

const broken = (text: string): Problem => ({ text, signing: false });
const unsigned = (text: string): Problem => ({ text, signing: true });

function problemsOf({ architecture, fileType, build, dylibs, runPaths, segments }: MachO, size: number): Problem[] {
  const problems: Problem[] = [];
  if (architecture.startsWith("unknown")) problems.push(broken(`Its architecture is ${architecture}`));
  if (fileType !== "executable") problems.push(broken(`Its file type is ${fileType} and not executable`));
  if (build === undefined) problems.push(broken("It does not say which macOS it needs"));
  else if (build.platform !== "macOS") problems.push(broken(`It was built for ${build.platform}`));
  for (const dylib of dylibs) {
    const isSystem = SYSTEM_FOLDERS.some((folder) => dylib.startsWith(folder)) && !dylib.includes("/../");
    if (!isSystem) problems.push(broken(`It links "${dylib}", which is no part of macOS`));
  }
  for (const folder of runPaths) problems.push(broken(`It looks for dylibs in "${folder}"`));
  for (const { name, offset, size: length } of segments) {
    if (offset + length > size) {
      problems.push(broken(`The segment ${name} ends at byte ${offset + length}, the file at ${size}`));
    }
  }
  const last = segments.toSorted((a, b) => a.offset + a.size - (b.offset + b.size)).at(-1);
  if (last?.name !== "__LINKEDIT") problems.push(broken(`The last segment is ${last?.name ?? "none"}, not __LINKEDIT`));
  else if (last.offset + last.size < size) {
    problems.push(unsigned(`${size - last.offset - last.size} bytes lie behind the last segment`));
  }
  return problems;
}

function signatureProblems({ segments, signature: place }: MachO, signature: CodeSignature | undefined): Problem[] {
  if (place === undefined || signature === undefined) return [unsigned("It has no code signature")];
  const problems: Problem[] = [];
  const linkEdit = segments.find(({ name }) => name === "__LINKEDIT");
  if (linkEdit !== undefined) {
    const ends = [linkEdit.offset + linkEdit.size, place.offset + place.size] as const;
    if (place.offset < linkEdit.offset || ends[1] !== ends[0]) {
      problems.push(broken(`The code signature ends at byte ${ends[1]} and is not the end of __LINKEDIT (${ends[0]})`));
    }
  }
  for (const directory of signature.directories) {
    const { codeLimit, pages, wrongPages, wrongBlobs, isAdHoc } = directory;
    if (codeLimit < place.offset) {
      problems.push(unsigned(`${place.offset - codeLimit} bytes before the signature are not covered by it`));
    }
    if (wrongPages.length > 0) {
      const shown = wrongPages.slice(0, 5).join(", ") + (wrongPages.length > 5 ? ", …" : "");
      problems.push(unsigned(`${wrongPages.length} of ${pages} page hashes are wrong: pages ${shown}`));
    }
    for (const name of wrongBlobs) problems.push(unsigned(`The hash of the ${name} is wrong`));
    if (!isAdHoc && !signature.hasCertificate) problems.push(unsigned("It is signed neither ad hoc nor by anyone"));
  }
  return problems;
}
