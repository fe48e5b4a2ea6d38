import { listLocks } from "../../app/check-lock.ts";
import { typeable } from "../../app/typeable.ts";
import { command } from "../command.ts";
import { renderLockList } from "../lock-view.ts";

export const list = command({
  args: {},
  examples: [
    ["coord lock list", "who holds what, until when"],
    ["coord lock list --json", "for scripts"],
  ],
  onlyReads: true,
  run: async (_, { openHere }) => {
    const here = await openHere();
    const locks = await listLocks(here);
    return { json: { locks }, text: () => renderLockList(locks.map((lock) => typeable(here, lock))) };
  },
});
