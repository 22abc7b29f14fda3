/**
 * From a bar to its order on the wire, with the order's intent durable in between: a whole daemon in this process (the real
 * SDK, SQLite with a sync at each commit), the exchange in another one, loopback between them.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Desk } from '#server/runtime/desk.ts';
import { type Stamps, startDaemon } from './latency-daemon.ts';
import { type BenchReport, type BenchResult, machine } from './machine.ts';

const MARKET = fileURLToPath(new URL('latency-market.ts', import.meta.url));
const WARM_UP = 300;
const BARS = 200;
/** The daemon sleeps between two bars, as it does on a real day. */
const BETWEEN_MS = 4;
const PAGE = Buffer.alloc(4_096);
const NANOSECONDS_A_MICROSECOND = 1_000;
/** What is owed, in milliseconds. */
const OWED = { p50: 1, p99: 5 };

interface Trip {
  readonly sentAt: bigint;
  readonly heardAt: bigint;
}

function openMarket(): Promise<{ child: ChildProcess; url: string; heard(): Promise<Trip> }> {
  const child = fork(MARKET, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const trips: Trip[] = [];
  let wake = (): void => undefined;
  const heard = async (): Promise<Trip> => {
    for (;;) {
      const trip = trips.shift();
      if (trip !== undefined) return trip;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the exchange ended with ${code}`)));
    child.on('message', (message: { url?: string; sentAt?: string; heardAt?: string }) => {
      const { url, sentAt, heardAt } = message;
      if (url !== undefined) resolve({ child, url, heard });
      if (sentAt === undefined || heardAt === undefined) return;
      trips.push({ sentAt: BigInt(sentAt), heardAt: BigInt(heardAt) });
      wake();
    });
  });
}

/** Resolves when the books have no order that is open. */
function settled(desk: Desk): Promise<void> {
  return new Promise((resolve) => {
    const isSettled = (): boolean => desk.books.reconciled && desk.books.openOrderCount === 0;
    if (isSettled()) {
      resolve();
      return;
    }
    const stop = desk.subscribe(() => {
      if (!isSettled()) return;
      stop();
      resolve();
    });
  });
}

/** What the disk itself takes at that moment: the bytes of a page, and a sync. */
function syncMicroseconds(file: number): number {
  const began = performance.now();
  writeSync(file, PAGE, 0, PAGE.length, 0);
  fdatasyncSync(file);
  return (performance.now() - began) * 1_000;
}

const microseconds = (from: bigint, to: bigint): number => Number(to - from) / NANOSECONDS_A_MICROSECOND;

function resultsOf(what: string, samples: number[], owed: boolean): BenchResult[] {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (part: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  const figure = (name: 'P50' | 'P99' | 'P999', part: number, limitMs?: number): BenchResult => {
    const value = at(part);
    const beside = limitMs === undefined || !owed ? {} : { versus: `${limitMs} ms`, ratio: value / (limitMs * 1_000), owed: 1 };
    return { what: `${what}${name}`, value, unit: 'µs', ...beside };
  };
  return [figure('P50', 0.5, OWED.p50), figure('P99', 0.99, OWED.p99), figure('P999', 0.999)];
}

export async function benchLatency(): Promise<BenchReport> {
  const home = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
  const market = await openMarket();
  const stamps: Stamps = { frameAt: 0n, postAt: 0n, commitMicroseconds: 0 };
  const { daemon, close } = await startDaemon(market.url, home, stamps);
  const inProcess: number[] = [];
  const onTheWire: number[] = [];
  const fromSender: number[] = [];
  const commits: number[] = [];
  const syncs: number[] = [];
  const withoutCommit: number[] = [];
  const floor = openSync(join(home, 'floor'), 'w');
  try {
    for (let nth = 0; nth < WARM_UP + BARS; nth++) {
      await settled(daemon.desk);
      await pause(BETWEEN_MS);
      market.child.send({});
      const { sentAt, heardAt } = await market.heard();
      if (nth < WARM_UP) continue;
      inProcess.push(microseconds(stamps.frameAt, stamps.postAt));
      onTheWire.push(microseconds(stamps.frameAt, heardAt));
      fromSender.push(microseconds(sentAt, heardAt));
      commits.push(stamps.commitMicroseconds);
      withoutCommit.push(microseconds(stamps.frameAt, stamps.postAt) - stamps.commitMicroseconds);
      syncs.push(syncMicroseconds(floor));
    }
  } finally {
    await close();
    market.child.removeAllListeners('exit');
    market.child.disconnect();
    closeSync(floor);
    rmSync(home, { recursive: true, force: true });
  }
  return {
    bench: 'latency',
    machine: machine(),
    results: [
      ...resultsOf('frameToOrderWritten', inProcess, true),
      ...resultsOf('frameToOrderHeard', onTheWire, true),
      ...resultsOf('barSentToOrderHeard', fromSender, true),
      ...resultsOf('ofItJournal', commits, false),
      ...resultsOf('ofItAllElse', withoutCommit, false),
      ...resultsOf('pageAndSyncByHand', syncs, false),
    ],
  };
}
