/**
 * The journal on SQLite: one entry made durable, and a loop's turn of a thousand, beside the same rows written by hand
 * through node:sqlite with the same durability (WAL, synchronous = FULL), in turns.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { genesisHash, nextHash } from '#server/adapters/store/journal.ts';
import { openArchive } from '#server/adapters/store/open.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Entry } from '#server/engine/command.ts';
import { encode } from '#server/runtime/codec.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';
import { walk } from './walk.ts';

const ROUNDS = 9;
const SINGLES = 300;
const BATCHES = 5;
const BATCH = 1_000;
const MICROSECONDS = 1_000;

const entryOf = (bar: Bar, seq: number): Entry => ({
  seq,
  at: bar.endsAt,
  event: { kind: 'bar', bar, history: false },
  signals: [],
  decisions: [],
  commands: [],
});

/** The same row by hand; its text and hash are made beforehand. */
function byHand(file: string): { readonly write: (rows: readonly (readonly (string | number)[])[]) => void; readonly close: () => void } {
  const raw = new DatabaseSync(file);
  raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  raw.exec('CREATE TABLE journal (run TEXT, seq INTEGER, at INTEGER, kind TEXT, text TEXT, hash TEXT, PRIMARY KEY (run, seq))');
  const insert = raw.prepare('INSERT INTO journal (run, seq, at, kind, text, hash) VALUES (?, ?, ?, ?, ?, ?)');
  return {
    write: (rows) => {
      raw.exec('BEGIN IMMEDIATE');
      for (const row of rows) insert.run(...row);
      raw.exec('COMMIT');
    },
    close: () => raw.close(),
  };
}

/** What a disk takes at the least: as many bytes, and a sync. */
function floorMicroseconds(folder: string, text: string): number {
  const file = openSync(join(folder, 'floor'), 'a');
  const times = Array.from({ length: SINGLES }, () => {
    const began = performance.now();
    writeSync(file, text);
    fdatasyncSync(file);
    return (performance.now() - began) * MICROSECONDS;
  });
  closeSync(file);
  return median(times);
}

class Samples {
  readonly single = { ours: [] as number[], hand: [] as number[], thinking: [] as number[] };
  readonly batch = { ours: [] as number[], hand: [] as number[], thinking: [] as number[] };
  readonly floor: number[] = [];
}

async function measure(folder: string, samples: Samples): Promise<void> {
  const archive = await openArchive({ url: undefined, home: folder, mode: 'bench', account: 'bench', nowMs: 0 });
  const hand = byHand(join(folder, 'hand.sqlite'));
  const entries = walk('AAPL' as AssetSymbol, ROUNDS * (SINGLES + BATCHES * BATCH), 7).map((bar, nth) => entryOf(bar, nth + 1));
  let hash = genesisHash(archive.run);
  const rowOf = (entry: Entry): (string | number)[] => {
    const text = encode(entry);
    hash = nextHash(hash, text);
    return [archive.run, entry.seq, entry.at, entry.event.kind, text, hash];
  };
  let taken = 0;
  const take = (count: number): Entry[] => {
    taken += count;
    return entries.slice(taken - count, taken);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (let nth = 0; nth < SINGLES; nth++) {
      const one = take(1);
      const began = performance.now();
      const rows = one.map(rowOf);
      const made = performance.now();
      hand.write(rows);
      const byHandAt = performance.now();
      await archive.journal.append(one);
      const end = performance.now();
      samples.single.thinking.push((made - began) * MICROSECONDS);
      samples.single.hand.push((byHandAt - made) * MICROSECONDS);
      samples.single.ours.push((end - byHandAt) * MICROSECONDS);
    }
    for (let nth = 0; nth < BATCHES; nth++) {
      const batch = take(BATCH);
      const thought = performance.now();
      const rows = batch.map(rowOf);
      const began = performance.now();
      samples.batch.thinking.push((began - thought) * (MICROSECONDS / BATCH));
      hand.write(rows);
      const between = performance.now();
      await archive.journal.append(batch);
      samples.batch.hand.push((BATCH / (between - began)) * 1_000);
      samples.batch.ours.push((BATCH / (performance.now() - between)) * 1_000);
    }
    samples.floor.push(floorMicroseconds(folder, encode(entries[taken - 1])));
  }
  hand.close();
  await archive.close();
}

const tenths = (figure: number): number => Math.round(figure * 10) / 10;

function beside(what: string, unit: string, ours: readonly number[], hand: readonly number[]): BenchResult {
  const [value, other] = [median(ours), median(hand)];
  return { what, value: tenths(value), unit, versus: `node:sqlite by hand ${tenths(other)} ${unit}`, ratio: value / other };
}

export async function benchStore(): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
  const samples = new Samples();
  try {
    await measure(folder, samples);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { single, batch, floor } = samples;
  return {
    bench: 'store',
    machine: machine(),
    results: [
      beside('durableEntryP50', 'µs', single.ours, single.hand),
      { what: 'ofItEncodingAndHashing', value: tenths(median(single.thinking)), unit: 'µs' },
      { what: 'writeAndSyncP50', value: tenths(median(floor)), unit: 'µs' },
      beside('entriesPerSecondInBatches', 'entries/s', batch.ours, batch.hand),
      { what: 'encodingAndHashingInBatches', value: tenths(median(batch.thinking)), unit: 'µs/entry' },
    ],
  };
}
