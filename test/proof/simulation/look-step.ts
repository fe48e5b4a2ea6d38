/** `lock check`, `lock verify` and `lock list`: they show what is, to one who has lost a lock above all. */
import { checkLock, listLocks, verifyLock } from "../../../src/app/check-lock.ts";
import { act } from "./acting.ts";
import type { Standing } from "./lock-book.ts";
import type { Agent, World } from "./world.ts";

const CHECK_STATES: Readonly<Record<Standing, readonly string[]>> = {
  mine: ["mine", "changed"],
  free: ["free", "changed"],
  held: ["held"],
  expired: ["expired"],
  lost: ["changed"],
};

/** All three, one after the other. */
export async function look(here: World, agent: Agent, name: string): Promise<void> {
  await checkAndVerify(here, agent, name);
  await list(here, agent);
}

async function checkAndVerify(here: World, agent: Agent, name: string): Promise<void> {
  const { book, findings, history } = here;
  const { key } = here.path(name);
  const seen: { standing: Standing; isWhole: boolean } = { standing: "free", isWhole: false };
  const watch = (): void => {
    const who = agent.who();
    seen.standing = book.standing(key, who);
    const file = history.file(key);
    const isAsLocked = book.path(key).open.get(who.instance_id)?.hash === file.hash;
    const isAsSeen = history.knowledge(key, who.instance_id).counted.hash === file.hash;
    // What another has reported is that one's, also where it is there again by somebody else's doing.
    const isOthers = file.writes.some(
      (w) => w.hash === file.hash && w.reported !== undefined && w.by?.instance_id !== who.instance_id,
    );
    // What others changed under its lock may have been taken for its own work.
    const isBlamed = file.writes.some(
      (w) =>
        w.by?.instance_id !== who.instance_id && w.suspects.some(({ instance_id }) => instance_id === who.instance_id),
    );
    seen.isWhole = (isAsLocked || isAsSeen) && !isOthers && !isBlamed;
  };
  const checked = await act(here, agent, { what: `lock check ${name}`, look: watch }, () =>
    checkLock(agent.app, agent.me, name),
  );
  const { standing } = seen;
  if (checked.ok) {
    const { state, reason } = checked.value;
    const fits = (now: Standing): boolean =>
      CHECK_STATES[now].includes(state) && (now !== "lost" || reason === "granted_to_another");
    // Its last look comes after the last decision, and others may have been between.
    const isTrue = fits(standing) || (here.timing.pause !== undefined && fits(book.standing(key, agent.who())));
    findings.check("a look shows what is", isTrue, () => `${name}: ${state} ${reason}, really ${standing}`);
  }
  const verified = await act(here, agent, { what: `lock verify ${name}`, look: watch }, () =>
    verifyLock(agent.app, agent.me, name, undefined),
  );
  if (verified.ok) {
    const isMine = verified.value.state === "mine";
    const fits = (now: Standing): boolean => (isMine ? now === "mine" : now !== "mine" || !seen.isWhole);
    const isTrue = fits(seen.standing) || (here.timing.pause !== undefined && fits(book.standing(key, agent.who())));
    findings.check(
      "whoever lost a lock is told",
      isTrue,
      () => `${name}: verified ${verified.value.state}, really ${seen.standing}`,
    );
  }
}

async function list(here: World, agent: Agent): Promise<void> {
  const { book, findings } = here;
  let want: readonly string[] = [];
  const all = (): void => {
    want = [...book.keys()].flatMap((k) =>
      [...book.path(k).held.values()].filter((held) => book.leftMs(held) > 0).map((held) => held.lockId),
    );
  };
  const listed = await act(here, agent, { what: "lock list", look: all }, () => listLocks(agent.app));
  if (!listed.ok) return;
  const got = listed.value.map((lock) => lock.lock_id).toSorted();
  findings.check(
    "a look shows what is",
    got.join() === want.toSorted().join(),
    () => `lock list: ${got.length} of ${want.length}`,
  );
}
