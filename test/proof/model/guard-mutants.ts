/** Broken guards, each made from the real one by wrapping its ports, and where each must be noticed. */
import { failed, type Sys } from "../../../src/platform/sys/types.ts";
import { FREE } from "../../../src/store/file/token.ts";
import { deafToCopies, unlinking } from "../race/mutants.ts";
import { DIR, LOCK_FILE } from "./calls.ts";
import { tokenOf, type Breaking } from "./contender.ts";
import { neighbours, PLAIN, type Scenario } from "./guard-scenario.ts";

export interface GuardMutant {
  readonly name: string;
  readonly scenario: Scenario;
  /** What gives it away, at the least. */
  readonly by: string;
}

const FREE_PATH = `${DIR}/${FREE}`;

/** A holder that has been there for long counts as dead. */
const stealByAge: Breaking = (ports, ask) => ({
  ...ports,
  judge: (ref) => {
    const verdict = ports.judge(ref);
    return verdict === "dead" || ask({ call: "age", name: tokenOf(ref) }) === "old" ? "dead" : verdict;
  },
});

/** The number alone is looked for, here. */
const pidOnly: Breaking = (ports, ask) => ({
  ...ports,
  judge: (ref) => (ask({ call: "facts", pid: ref.pid }) === "no" ? "dead" : "alive"),
});

/** Takes over by removing the dead one's token and making one of its own; without the audit, as a lock file would. */
const unlinkTakeover: Breaking = (ports) => ({
  ...ports,
  sys: deafToCopies({ ...ports, sys: unlinking(ports) }),
});

const noAudit: Breaking = (ports) => ({ ...ports, sys: deafToCopies(ports) });

/**
 * A lock file made with O_EXCL, its holder's name in it, removed when he is dead: what is removed may be the file of the next
 * one by then. This is Mercurial's old `.break` without the second look.
 */
const exclusiveFile: Breaking = (ports) => {
  const { sys } = ports;
  const lock = `${DIR}/${LOCK_FILE}`;
  const claim = (): "" | "ENOENT" => {
    const fd = sys.open(lock, "create");
    return failed(fd) ? "ENOENT" : sys.close(fd) === "" ? "" : "ENOENT";
  };
  const rename: Sys["rename"] = (from, to) => {
    // There is nothing to make but the file.
    if (to === DIR) return "ENOTEMPTY";
    if (from === FREE_PATH) return claim();
    if (to === FREE_PATH) return sys.unlink(lock);
    sys.unlink(lock);
    return claim();
  };
  return { ...ports, sys: { ...sys, rename } };
};

/** Puts a new free token back when its own is gone. */
const carelessRelease: Breaking = (ports) => {
  const { sys } = ports;
  const rename: Sys["rename"] = (from, to) => {
    const done = sys.rename(from, to);
    if (to !== FREE_PATH || done === "") return done;
    const fd = sys.open(to, "create");
    return failed(fd) ? fd : sys.close(fd);
  };
  return { ...ports, sys: { ...sys, rename } };
};

/** Lays a free token into the folder that is there, in place of renaming a whole folder. */
const repairInPlace: Breaking = (ports) => {
  const { sys } = ports;
  const rename: Sys["rename"] = (from, to) => {
    if (to !== DIR) return sys.rename(from, to);
    const fd = sys.open(FREE_PATH, "create");
    if (!failed(fd)) return sys.close(fd);
    return fd === "ENOENT" ? sys.rename(from, to) : fd;
  };
  return { ...ports, sys: { ...sys, rename } };
};

/** The second look is the first one again. */
export const oneListing: Breaking = (ports) => {
  const { sys } = ports;
  let wasEmpty = false;
  const list: Sys["list"] = (path) => {
    if (wasEmpty) {
      wasEmpty = false;
      return [];
    }
    const names = sys.list(path);
    wasEmpty = !failed(names) && names.length === 0;
    return names;
  };
  return { ...ports, sys: { ...sys, list } };
};

const repairOnOneListing: Breaking = (ports, ask) => repairInPlace(oneListing(ports, ask), ask);

const three = { ...PLAIN, processes: neighbours(3), crashes: 2, watched: "harm" } as const;

/** One process has another's number in another namespace. */
const [here, there] = neighbours(2);
const apart =
  here === undefined || there === undefined
    ? []
    : [here, { ...there, pidns: "2" }, { ...there, pid: 103, start: "13", pidns: "2" }];
/** The third one gets the first one's number, after its death. */
const reborn = neighbours(3).map((ref, i) => (i === 2 ? { ...ref, pid: 101 } : ref));

const LOST = "holders at once";
const STUCK = "never get through";

export const GUARD_MUTANTS: readonly GuardMutant[] = [
  { name: "a live holder's token is stolen by age", scenario: { ...three, breaking: stealByAge }, by: LOST },
  { name: "takeover by unlink and create", scenario: { ...three, breaking: unlinkTakeover }, by: LOST },
  {
    name: "O_EXCL file removed when its holder is dead",
    scenario: { ...three, breaking: exclusiveFile, begins: "empty" },
    by: LOST,
  },
  { name: "no audit, and a tool copies the token", scenario: { ...three, breaking: noAudit, copies: 1 }, by: LOST },
  {
    name: "release puts a free token back unasked",
    scenario: { ...three, breaking: carelessRelease, lostAnswers: 1, watched: "rules" },
    by: "2 tokens",
  },
  {
    name: "repair in place, on two listings",
    scenario: { ...three, breaking: repairInPlace, begins: "without", watched: "rules" },
    by: "2 tokens",
  },
  {
    name: "repair in place, on one listing",
    scenario: { ...three, breaking: repairOnOneListing, watched: "rules" },
    by: "2 tokens",
  },
  {
    name: "judged by the pid alone, across namespaces",
    scenario: { ...three, breaking: pidOnly, processes: apart, crashes: 0 },
    by: LOST,
  },
  {
    name: "judged by the pid alone, which another got",
    scenario: { ...three, breaking: pidOnly, processes: reborn, startsAfter: { 2: 0 } },
    by: STUCK,
  },
];
