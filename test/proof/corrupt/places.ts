/** What else may stand at a record's or a folder's place: things that are no such file, or are one that is not only ours. */
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { USER } from "./scene.ts";

export interface Spot {
  readonly path: string;
  readonly isFolder: boolean;
  /** A folder of somebody else's, outside the state: what lies in it must stay as it is. */
  readonly outside: string;
  /** FIFO, socket and devices of this user, to be put in place by a hard link. */
  readonly specimens: string;
}

export interface Place {
  /** For which targets; a folder of the state is not put in place of itself. */
  readonly of: "files" | "folders" | "both";
  /** Only root can make it. */
  readonly byRoot?: true;
  /** False when it cannot be made here. */
  readonly put: (spot: Spot) => unknown;
  /** What would keep the state from being removed afterwards. */
  readonly undo?: (spot: Spot) => void;
}

/** The good thing moves outside and something else takes its place, pointing to it or not. */
function instead(of: Place["of"], put: (spot: Spot) => void): Place {
  return {
    of,
    put: (spot) => {
      rmSync(spot.path, { recursive: true, force: true });
      put(spot);
    },
  };
}

function specimen(name: string): Place {
  return instead("both", ({ specimens, path }) => linkSync(join(specimens, name), path));
}

/** False where the file system, or the kind of file, does not have it. */
function run(argv: readonly string[]): boolean {
  return Bun.spawnSync([...argv], { stdin: "ignore" }).exitCode === 0;
}

/** Unless it was moved away. */
function opened({ path }: Spot): void {
  if (existsSync(path)) chmodSync(path, 0o700);
}

function inTheFuture(path: string): void {
  const future = new Date("2099-01-01T00:00:00Z");
  lutimesSync(path, future, future);
}

export const PLACES: Readonly<Record<string, Place>> = {
  nothing: instead("both", () => {}),
  "a sparse gigabyte": instead("files", ({ path }) => {
    writeFileSync(path, "");
    truncateSync(path, 1024 ** 3);
  }),
  "a link to the good one, outside": {
    of: "both",
    put: ({ path, outside }) => {
      renameSync(path, join(outside, "moved"));
      symlinkSync(join(outside, "moved"), path);
    },
  },
  "a link to the good one, beside": {
    of: "both",
    put: ({ path }) => {
      renameSync(path, `${path}.moved`);
      symlinkSync(`${path}.moved`, path);
    },
  },
  "a link to somebody's file": instead("both", ({ path, outside }) => symlinkSync(join(outside, "file"), path)),
  "a link to somebody's folder": instead("both", ({ path, outside }) => symlinkSync(join(outside, "folder"), path)),
  "a dangling link": instead("both", ({ path, outside }) => symlinkSync(join(outside, "nothing"), path)),
  "a link to itself": instead("both", ({ path }) => symlinkSync(path, path)),
  "a FIFO": specimen("fifo"),
  "a socket": specimen("socket"),
  "a device without end": { ...specimen("zero"), byRoot: true },
  "a device that is full": { ...specimen("full"), byRoot: true },
  "an empty folder": instead("files", ({ path }) => mkdirSync(path)),
  "a full folder": instead("files", ({ path }) => mkdirSync(join(path, "a", "b"), { recursive: true })),
  "a file in place of a folder": instead("folders", ({ path }) => writeFileSync(path, "")),
  "a hard link to somebody's file": instead("files", ({ path, outside }) => linkSync(join(outside, "file"), path)),
  "a hard link to a copy": {
    of: "files",
    put: ({ path, outside }) => linkSync(path, join(outside, "copy")),
  },
  "what nobody may touch": {
    of: "both",
    put: ({ path }) => chmodSync(path, 0),
    undo: opened,
  },
  "what may only be read": {
    of: "folders",
    put: ({ path }) => chmodSync(path, 0o500),
    undo: opened,
  },
  "what everybody may write": { of: "both", put: ({ path }) => chmodSync(path, 0o777) },
  "another user's": { of: "both", byRoot: true, put: ({ path }) => chownSync(path, 12_345, 12_345) },
  "what cannot be changed": {
    of: "both",
    byRoot: true,
    put: ({ path }) => run(["chattr", "+i", path]),
    undo: ({ path }) => void run(["chattr", "-i", path]),
  },
  "a file from the future": { of: "both", put: ({ path }) => inTheFuture(path) },
  "a broken file from the future": {
    of: "files",
    put: ({ path }) => {
      writeFileSync(path, "{");
      inTheFuture(path);
    },
  },
  "strangers within": {
    of: "folders",
    put: ({ path, outside, specimens }) => strangers(path, outside, specimens),
  },
};

/** Names that nobody of ours gives, and things that are no files, beside the good ones. */
function strangers(folder: string, outside: string, specimens: string): void {
  const names = [
    "README",
    ".x.json.swp",
    ".json",
    "~1.json",
    "a~1~1.json",
    "__proto__.json",
    "-rf",
    "held.",
    "\u001b[2J",
  ];
  names.push(`${"x".repeat(250)}.json`, "held.by me", "new\nline.json", "DEC-20200101-0001-abcdef.json", "2020-13");
  for (const name of names) writeFileSync(join(folder, name), "{\n");
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe, 0x2e, 0x6a])]), "");
  mkdirSync(join(folder, "folder.json", "sub"), { recursive: true });
  symlinkSync(join(outside, "file"), join(folder, "link.json"));
  symlinkSync(join(outside, "folder"), join(folder, "2020-12"));
  linkSync(join(specimens, "fifo"), join(folder, "fifo.json"));
  for (const name of [...names, "fifo.json"]) chownSync(join(folder, name), USER, USER);
}
