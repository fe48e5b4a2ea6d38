/** Where everything lies in a state folder: DESIGN section 3. */
export interface Layout {
  readonly top: string;
  readonly guard: string;
  readonly tmp: string;
  readonly corrupt: string;
  readonly locks: string;
  readonly files: string;
  readonly heartbeats: string;
  /** `held/<instance>/<key>`: which paths an instance may hold. An index, never the truth; it may list too much. */
  readonly held: string;
  readonly events: string;
  readonly journal: string;
  readonly floor: string;
  /** Touched when old ledgers were last looked for. */
  readonly pruned: string;
  /** Derived, in the bash edition's format. */
  readonly registry: string;
  /** `decisions/<YYYY-MM>/<id>.json`, the truth; made with the first decision. */
  readonly decisions: string;
  /** Derived from them, in the bash edition's format. */
  readonly decisionLog: string;
  readonly schemas: string;
  /** What the bash edition's users call and source: links to this binary, and functions. */
  readonly bin: string;
  readonly lib: string;
  readonly config: string;
  readonly gitignore: string;
}

export function layoutOf(stateDir: string): Layout {
  const at = (name: string): string => `${stateDir}/${name}`;
  return {
    top: stateDir,
    guard: at("guard"),
    tmp: at("tmp"),
    corrupt: at("corrupt"),
    locks: at("locks"),
    files: at("files"),
    heartbeats: at("heartbeats"),
    held: at("held"),
    events: at("events.jsonl"),
    journal: at("journal.json"),
    floor: at("floor.json"),
    pruned: at("pruned"),
    registry: at("work-registry.json"),
    decisions: at("decisions"),
    decisionLog: at("decision-log.json"),
    schemas: at("schemas"),
    bin: at("bin"),
    lib: at("lib"),
    config: at("config.json"),
    gitignore: at(".gitignore"),
  };
}

/** The folders inside a state folder, but for guard/, which is made in a way of its own. */
export function foldersIn({ tmp, corrupt, locks, files, heartbeats, held }: Layout): readonly string[] {
  return [tmp, corrupt, locks, files, heartbeats, held];
}

/** What may lie in a state folder that has just been cloned, or whose making was cut off. */
const BEGUN = [
  ".gitignore",
  "config.json",
  "decisions",
  "tmp",
  "corrupt",
  "locks",
  "files",
  "heartbeats",
  "held",
  "work-registry.json",
  "decision-log.json",
  "events.jsonl",
];

/**
 * Of the names in a folder the first that says that it is for something else; undefined for a state folder, one that
 * may become one, and one that has lost a part.
 */
export function foreignName(names: readonly string[]): string | undefined {
  if (names.includes("guard") || names.includes("heartbeats")) return undefined;
  for (const name of names) if (!BEGUN.includes(name)) return name;
  return undefined;
}
