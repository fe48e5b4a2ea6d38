/** What all processes of the guard's model share, as bits of one word: those of the disk, and above them the rest. */
export interface GuardWord {
  /** All that the disk holds. */
  readonly onDisk: number;
  /** All that changes with the names of the processes: the disk, and who has read what nobody has overwritten. */
  readonly named: number;
  /** The bit of process 0 among those who have read what nobody has overwritten. */
  readonly fresh: number;
  /** The bits of all of them. */
  readonly allFresh: number;
  /** Somebody has overwritten what it had not read. */
  readonly lost: number;
  /** One of what may still happen. */
  readonly copy: number;
  readonly loss: number;
  readonly crash: number;
  readonly failure: number;
  /** How many of one of these four are left. */
  readonly left: (shared: number, one: number) => number;
}

export function guardWord(processes: number): GuardWord {
  // Below: `free`, a token for each process, and the folder.
  const fresh = 1 << (processes + 2);
  const copy = fresh << processes;
  const loss = copy << 2;
  const crash = loss << 2;
  const failure = crash << 2;
  return {
    onDisk: fresh - 1,
    named: copy - 1,
    fresh,
    allFresh: copy - fresh,
    lost: failure << 2,
    copy,
    loss,
    crash,
    failure,
    left: (shared, one) => Math.floor(shared / one) % 4,
  };
}
