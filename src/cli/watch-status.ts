import type { App } from "../app/context.ts";
import { statusReport } from "../app/status.ts";
import { isoSeconds } from "../domain/time.ts";
import { folderChanges } from "../platform/folder-changes.ts";
import { layoutOf } from "../store/file/layout.ts";
import type { Style } from "./answer.ts";
import { instanceAnswer, instanceShown } from "./instance-json.ts";
import { printScreen } from "./output.ts";
import { paint } from "./paint.ts";
import { counted } from "./show-text.ts";
import { renderStatus } from "./status-view.ts";
import { openTerminal } from "./terminal.ts";
import { wakeups } from "./wakeups.ts";
import { frameLines, frameText } from "./watch-frame.ts";

/** Ages and leases go on without any file changing, and hints get lost: a look at least this often. */
const EVERY_MS = 1000;
/** However much changes, not oftener than this: a look reads all records. */
const CHANGE_MS = 250;

export interface WatchOptions {
  readonly style: Style;
  readonly verbose: boolean;
}

/**
 * Draws the status until it is told to leave, and resolves to the exit code: 0 for `q`, 128 and the number of a signal.
 * Whatever happens, the terminal is given back as it was. Throws what a look throws, such as STATE_MISSING.
 */
export async function watchStatus(app: App, options: WatchOptions): Promise<number> {
  const woken = wakeups();
  const look = async (): Promise<Picture> => takePicture(app, options);
  let picture = await look();
  const terminal = openTerminal(woken);
  const { heartbeats, locks } = layoutOf(app.workspace.stateDir);
  const changes = folderChanges([heartbeats, locks], woken.change);
  try {
    await terminal.enter();
    for (;;) {
      const size = terminal.size();
      const bar = `${picture.time}  ${terminal.hasKeys ? "q" : "Ctrl-C"} leaves  ${picture.totals}`;
      await printScreen(frameText(frameLines(picture.text, paint(options.style, "dim", bar), size), size));
      const wakeup = await woken.wait(EVERY_MS, CHANGE_MS);
      switch (wakeup.kind) {
        case "leave":
          return wakeup.exitCode;
        case "suspend":
          await terminal.suspend();
          break;
        case "resume":
          await terminal.enter();
          break;
        case "resize":
          break;
        case "look":
          picture = await look();
          break;
        default:
          wakeup satisfies never;
      }
    }
  } finally {
    changes.close();
    await terminal.leave();
  }
}

interface Picture {
  readonly text: string;
  /** When it was taken, UTC, as every time in it. */
  readonly time: string;
  readonly totals: string;
}

async function takePicture(app: App, { style, verbose }: WatchOptions): Promise<Picture> {
  const report = await statusReport(app);
  const { totals } = report;
  return {
    text: renderStatus(
      { ...report, instances: report.instances.map((info) => instanceShown(app, instanceAnswer(info))) },
      { ...style, verbose },
    ),
    time: isoSeconds(app.now().wall_ms).slice("YYYY-MM-DDT".length),
    totals: `${counted(totals.instances, "instance")}, ${counted(totals.locks, "lock")}`,
  };
}
