import { EXIT_CODES } from "../domain/errors.ts";
import { pathWord } from "../domain/quote.ts";
import { escapeForTerminal } from "../domain/visible.ts";
import { until, type LockView } from "./lock-view.ts";
import { inQuotes } from "./show-text.ts";

export interface CheckView {
  readonly file_path: string;
  readonly state: "free" | "mine" | "held" | "expired" | "changed";
  /** Mine, or the one that bars me. */
  readonly lock: LockView | null;
  readonly reason?: "content" | "granted_to_another" | "another_fence";
  readonly changed_by?: string;
  readonly granted_to?: string;
  readonly forced?: { readonly by: string; readonly at: string };
}

/** DESIGN section 4: what a check finds is its exit code too. */
export const CHECK_EXIT_CODES: Readonly<Record<CheckView["state"], number>> = {
  free: 0,
  mine: 0,
  held: EXIT_CODES.LOCK_HELD,
  expired: EXIT_CODES.LOCK_EXPIRED,
  changed: EXIT_CODES.CONFLICT,
};

/** For `verify` a path of which nothing is mine is a no, free or not. */
export const VERIFY_EXIT_CODES: Readonly<Record<CheckView["state"], number>> = {
  ...CHECK_EXIT_CODES,
  free: EXIT_CODES.LOCK_EXPIRED,
};

/** How a check is to be told. */
export interface Telling {
  /** Who reads it edits in a session, whose edits take their locks themselves: a claim of his would end with nothing. */
  readonly inSession?: boolean;
}

/** One line that says how things stand, and one with what to type next. `asked` is the path as it was typed. */
export function renderCheck(view: CheckView, asked: string, telling: Telling = {}): string {
  const { state, lock } = view;
  const path = escapeForTerminal(view.file_path);
  const word = pathWord(asked);
  const details =
    lock === null
      ? ""
      : `${state === "mine" ? "" : ` by ${holder(lock)}`}, since ${shown(lock.locked_at)}, ${until(lock)}\nLock ID: ${shown(lock.lock_id)}`;
  switch (state) {
    case "free":
      return view.changed_by !== undefined && telling.inSession === true
        ? `Free: ${path}; ${shown(view.changed_by)} has changed it, which this session has not seen\n${toReadAgain(word, telling)}`
        : `Free: ${path}\n${toWrite("To lock it", word, telling)}`;
    case "mine":
      return `Yours: ${path}${details}\nTo give it back: coord lock release ${word}`;
    case "held":
      return `Held: ${path}${details}\n${toWait(word)}`;
    case "expired":
      return `Expired: your lock on ${path} ${howEnded(view, "has ended")}, nobody has had it since\n${toWrite("To lock it again", word, telling)}`;
    case "changed": {
      if (view.reason === "content" && lock !== null) {
        return `Changed: ${path} is not what you locked or last saw; the lock is still yours\nTo take note of what you wrote yourself: coord lock acquire ${word}`;
      }
      if (view.granted_to === undefined) {
        return `Changed: ${path} is not what you locked or last saw\n${toReadAgain(word, telling)}`;
      }
      const next = lock === null ? toReadAgain(word, telling) : toWait(word);
      return `Changed: your lock on ${path} ${granted(view, view.granted_to)}\n${next}`;
    }
    default:
      return state satisfies never;
  }
}

/** The same after a wait that was worth it: nobody is in the way, and what has changed is what is worth knowing. */
export function renderWaited(view: CheckView, asked: string, telling: Telling = {}): string {
  if (view.state !== "changed" || view.lock !== null) return renderCheck(view, asked, telling);
  const path = escapeForTerminal(view.file_path);
  const why =
    view.granted_to === undefined
      ? `${view.changed_by === undefined ? "another" : shown(view.changed_by)} has changed it since you saw it`
      : `your lock on it ${granted(view, view.granted_to)}`;
  return `Free: ${path}; ${why}: read it again\n${toWrite("To lock it", pathWord(asked), telling)}`;
}

/** As `renderCheck`, for the question whether a lock still is mine. `fence` is the one that was asked for. */
export function renderVerified(view: CheckView, asked: string, fence: number | undefined): string {
  const path = escapeForTerminal(view.file_path);
  if (view.state === "free") return `Not yours: ${path} is free\n${toWrite("To lock it", pathWord(asked), {})}`;
  const { lock } = view;
  if (view.reason !== "another_fence" || lock === null || fence === undefined) return renderCheck(view, asked);
  return `Changed: the lock on ${path} is another now, by ${holder(lock)}, with fence ${lock.fence} and not ${fence}`;
}

function toWrite(what: string, word: string, { inSession }: Telling): string {
  return inSession === true
    ? "It can be written now: the edit takes the lock itself"
    : `${what}: coord lock acquire ${word}`;
}

function toReadAgain(word: string, { inSession }: Telling): string {
  return inSession === true
    ? "Read it again; then it can be written: the edit takes the lock itself"
    : `Read it again, then: coord lock acquire ${word}`;
}

function toWait(word: string): string {
  return `To wait: coord lock wait ${word} --timeout 60s`;
}

function granted(view: CheckView, to: string): string {
  return `${howEnded(view, "had ended")}, and ${shown(to)} was granted it since`;
}

function howEnded({ forced }: CheckView, byItself: string): string {
  return forced === undefined ? byItself : `was ended by force by ${shown(forced.by)} at ${shown(forced.at)}`;
}

function holder(lock: LockView): string {
  return `${shown(lock.locked_by.instance_id)} (role ${inQuotes(lock.locked_by.agent_role)})`;
}

function shown(text: string): string {
  return escapeForTerminal(text);
}
