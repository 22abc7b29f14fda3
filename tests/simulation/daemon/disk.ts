/** The real store on a file that may fail: appends are refused, slow, or committed and reported as failed. Knows what is durable. */
import type { Driver, Put } from '#server/adapters/store/driver.ts';
import type { RunId } from '#server/domain/ids.ts';
import type { Entry } from '#server/engine/command.ts';
import { decode } from '#server/runtime/codec.ts';
import type { Snapshot } from '#server/runtime/records.ts';
import type { Chance } from '../machine/chance.ts';

/** How the disk behaves now; mishaps change it for a time. */
export interface DiskState {
  /** Every write fails. */
  isFull: boolean;
  refuses: number;
  /** Chance that a write is committed and reported as failed. */
  lies: number;
  /** Milliseconds that a write takes, at most. */
  slowMs: number;
}

export const soundDisk = (): DiskState => ({ isFull: false, refuses: 0, lies: 0, slowMs: 0 });

/** A row of the journal as it was committed. */
export interface DurableEntry {
  readonly run: RunId;
  readonly seq: number;
  readonly text: string;
  readonly hash: string;
  readonly kind: Entry['event']['kind'];
  /** Read from the text when it is asked for. */
  readonly entry: Entry;
}

export interface DiskParts {
  readonly state: DiskState;
  /** What a write takes when nothing is wrong. */
  readonly usualMs: number;
  readonly chance: Chance;
  readonly pause: (ms: number) => Promise<void>;
  /** A process that is gone writes nothing more. */
  readonly isAlive: () => boolean;
  /** Told before the database sees it, and right after it was committed. */
  readonly onTouch: (when: 'before' | 'after', puts: readonly Put[]) => void;
  /** Told right after the commit. */
  readonly onDurable: (entries: readonly DurableEntry[]) => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onFailure: (what: 'refused' | 'full' | 'lied' | 'slow') => void;
}

export function failingDriver(
  driver: Driver,
  { state, usualMs, chance, pause, isAlive, onTouch, onDurable, onSnapshot, onFailure }: DiskParts,
): Driver {
  const through = async (puts: readonly Put[], write: () => Promise<void>): Promise<void> => {
    onTouch('before', puts);
    if (!isAlive()) return await new Promise(() => undefined);
    const mostMs = usualMs + state.slowMs;
    if (state.slowMs > 0) onFailure('slow');
    if (mostMs > 0) await pause(chance.between(0, mostMs));
    if (state.isFull) {
      onFailure('full');
      throw new Error('ENOSPC: database or disk is full');
    }
    if (chance.happens(state.refuses)) {
      onFailure('refused');
      throw new Error('EIO: disk I/O error');
    }
    await write();
    const entries = entriesIn(puts);
    if (entries.length > 0) onDurable(entries);
    for (const { table, rows } of puts) {
      if (table === 'snapshots') for (const [, seq, text] of rows) onSnapshot({ seq: Number(seq), text: String(text) });
    }
    onTouch('after', puts);
    if (!chance.happens(state.lies)) return;
    onFailure('lied');
    throw new Error('EIO: disk I/O error on commit');
  };
  return {
    ...driver,
    write: (puts, afterwards) => through(puts, () => driver.write(puts, afterwards)),
    writeBehind: (puts) => through(puts, () => driver.writeBehind(puts)),
  };
}

function entriesIn(puts: readonly Put[]): DurableEntry[] {
  const rows = puts.flatMap(({ table, rows }) => (table === 'journal' ? rows : []));
  return rows.map(
    ([run, seq, , kind, text, hash]) => new Row(run as RunId, Number(seq), kind as Entry['event']['kind'], String(text), String(hash)),
  );
}

class Row implements DurableEntry {
  readonly run: RunId;
  readonly seq: number;
  readonly kind: Entry['event']['kind'];
  readonly text: string;
  readonly hash: string;
  #entry: Entry | undefined;

  constructor(run: RunId, seq: number, kind: Entry['event']['kind'], text: string, hash: string) {
    this.run = run;
    this.seq = seq;
    this.kind = kind;
    this.text = text;
    this.hash = hash;
  }

  get entry(): Entry {
    this.#entry ??= decode<Entry>(this.text);
    return this.#entry;
  }
}
