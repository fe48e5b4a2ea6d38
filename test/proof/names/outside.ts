/** Nothing escapes: what lies outside of the state folder, and the names in it. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { entries, faults } from "../../hooks/state.ts";

/** Every entry below `top` but the state's: its name, kind and content. */
export function snapshot(top: string, state: string): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const name of entries(folder)) {
      const path = join(folder, name);
      if (path === state) continue;
      const stat = lstatSync(path);
      const content = stat.isFile()
        ? createHash("sha1").update(readFileSync(path)).digest("hex")
        : stat.isSymbolicLink()
          ? readlinkSync(path)
          : "";
      found.push(`${JSON.stringify(relative(top, path))} ${stat.mode.toString(8)} ${content}`);
      if (stat.isDirectory()) walk(path);
    }
  };
  walk(top);
  return found;
}

const KEY = /^[0-9a-f]{32}$/;
const SLOT_OF_KEY = /^[0-9a-f]{32}(~1)?\.json$/;
const ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;
const SLOT_OF_ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}(~1)?\.json$/;
const NO_TOLD_MARK = /^(?!told-[0-9a-f]{24}$)/;

/** Names in a state folder that are neither hashes nor IDs nor coord's own; what is wrong with the records besides. */
export function strangeNames(state: string): readonly string[] {
  const odd = (folder: string, allowed: RegExp): readonly string[] =>
    readdirSync(join(state, folder))
      .filter((name) => !allowed.test(name))
      .map((name) => `${folder}/${name}`);
  return [
    ...odd("locks", SLOT_OF_KEY),
    ...odd("files", SLOT_OF_KEY),
    ...odd("heartbeats", SLOT_OF_ID),
    ...odd("held", ID),
    ...entries(join(state, "held")).flatMap((id) => odd(`held/${id}`, KEY)),
    ...odd("corrupt", /^$/),
    ...faults(state).filter((fault) => !fault.startsWith("tmp/") || NO_TOLD_MARK.test(fault.slice(4))),
  ];
}
