import type { History, HistoryEvent } from "../store.ts";

interface Line {
  readonly event: HistoryEvent;
  /** Where the line begins, in bytes, as if it stood in a file. */
  readonly from: number;
}

export interface MemoryHistory {
  readonly append: (event: HistoryEvent) => void;
  /** As `Store.events`. */
  readonly read: (fromByte: number, maxBytes: number) => History;
}

/** A history that counts bytes as a file of JSON lines would, so that positions mean the same in every store. */
export function memoryHistory(): MemoryHistory {
  const lines: Line[] = [];
  let size = 0;
  return {
    append: (event) => {
      lines.push({ event, from: size });
      size += new TextEncoder().encode(`${JSON.stringify(event)}\n`).length;
    },
    read: (fromByte, maxBytes) => {
      const wanted = fromByte > size ? 0 : fromByte;
      const start = Math.max(wanted, size - maxBytes, 0);
      const events = lines.filter((line) => line.from >= start).map((line) => structuredClone(line.event));
      return { events, next: size };
    },
  };
}
