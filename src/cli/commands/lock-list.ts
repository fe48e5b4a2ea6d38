import { listLocks } from "../../app/check-lock.ts";
import { command } from "../command.ts";
import { renderLockList } from "../lock-view.ts";
import { openHere } from "../open.ts";

export const list = command({
  args: {},
  run: async () => {
    const locks = await listLocks(await openHere());
    return { json: { locks }, text: () => renderLockList(locks) };
  },
});
