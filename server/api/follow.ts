/**
 * The journal as a stream: every durable entry after the given one, once, in order. Listens first and reads the records
 * then, so nothing falls between; a reader that is too slow for the waiting room is sent back to the records.
 */
import type { Entry } from '#server/engine/command.ts';
import type { Desk } from '#server/runtime/desk.ts';
import type { Records } from '#server/runtime/records.ts';

const PAGE = 200;

export interface Follow {
  readonly desk: Pick<Desk, 'subscribe'>;
  readonly records: Pick<Records, 'entriesAfter'>;
  /** The last entry the reader has; nothing: only what happens from now on. */
  readonly after: number | undefined;
  readonly maxWaiting: number;
  readonly signal: AbortSignal;
}

/** Ends when the signal says so, and always gives its place in the desk's list back. */
export async function* follow({ desk, records, after, maxWaiting, signal }: Follow): AsyncGenerator<Entry, void> {
  const room = waitingRoom(maxWaiting);
  const leave = desk.subscribe(room.enter);
  const end = () => room.close();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  let last = after;
  try {
    while (!signal.aborted) {
      if (last !== undefined) {
        // Emptied before reading: what is turned away while we read sends us round again.
        let page = await records.entriesAfter(last, PAGE);
        while (page.length > 0) {
          for (const entry of page) {
            yield entry;
            last = entry.seq;
          }
          if (signal.aborted) return;
          page = await records.entriesAfter(last, PAGE);
        }
      }
      for (let entry = await room.next(); entry !== undefined; entry = await room.next()) {
        if (last !== undefined && entry.seq <= last) continue;
        yield entry;
        last = entry.seq;
      }
      const turnedAway = room.reopen();
      if (last === undefined && turnedAway !== undefined) last = turnedAway - 1;
    }
  } finally {
    signal.removeEventListener('abort', end);
    leave();
  }
}

interface WaitingRoom {
  enter(entry: Entry): void;
  /** The next one in line; nothing when the room was full or is closed. */
  next(): Promise<Entry | undefined>;
  /** Begins anew after it was full; the seq of the first that was turned away or sent out. */
  reopen(): number | undefined;
  close(): void;
}

function waitingRoom(maxWaiting: number): WaitingRoom {
  let line: Entry[] = [];
  let firstLost: number | undefined;
  let isClosed = false;
  let wake: (() => void) | undefined;
  const knock = () => {
    wake?.();
    wake = undefined;
  };
  return {
    enter(entry) {
      if (firstLost !== undefined || isClosed) return;
      if (line.length >= maxWaiting) {
        firstLost = line[0]?.seq ?? entry.seq;
        line = [];
      } else line.push(entry);
      knock();
    },
    async next() {
      while (!isClosed && firstLost === undefined) {
        const entry = line.shift();
        if (entry !== undefined) return entry;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return undefined;
    },
    reopen() {
      const first = firstLost;
      firstLost = undefined;
      return first;
    },
    close() {
      isClosed = true;
      knock();
    },
  };
}
