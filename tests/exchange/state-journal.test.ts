/** The exchange's memory: after the process is gone, a new one stands where the old one stood, byte for byte. */
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMoney } from '#server/domain/money.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { HISTORY_FOLDER, SNAPSHOT_FILE } from '#server/exchange/wire/checkpoint-files.ts';
import { createDriver } from '#server/exchange/wire/driver.ts';
import { inputFile } from '#server/exchange/wire/input-log.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { openStateJournal, type StateJournal } from '#server/exchange/wire/state-journal.ts';
import { limit, market, series, type Wire } from './harness.ts';

let root: string;
let folder: string;
let kills = 0;
const journals: StateJournal[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'exchange-'));
  folder = join(root, 'state');
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  rmSync(root, { recursive: true });
});

const tape = makeTape({
  series: [
    series(
      'AAPL',
      Array.from({ length: 390 }, (_, i) => [100 + (i % 7), 110, 95, 100 + (i % 5)] as const),
    ),
  ],
});

interface Opening {
  readonly checkpointEvery?: number;
  readonly identity?: string;
  readonly settings?: Partial<ExchangeSettings>;
  readonly publish?: (now: number, events: number) => void;
}

/** A market over the folder. */
function open({ checkpointEvery = 5_000, identity = 'test', settings, publish = () => undefined }: Opening = {}) {
  const exchange = createExchange({ tape, settings: { partialFillChance: 0.5, cash: parseMoney('900000000'), ...settings } });
  const journal = openStateJournal({ folder, exchange, identity, checkpointEvery });
  journals.push(journal);
  const clock = createManualClock(exchange.now());
  const driver = createDriver({ exchange, clock, journal, skipIdle: false, publish: (events) => publish(exchange.now(), events.length) });
  let last: { status: number; body: Wire } = { status: 0, body: null };
  return {
    exchange,
    journal,
    driver,
    advance: (ms: number) => {
      clock.advanceBy(ms);
      driver.turn();
    },
    submit: (order: ReturnType<typeof market>) => {
      driver.ask({ kind: 'submitOrder', order }, (status, body) => {
        last = { status, body };
      });
      return last;
    },
  };
}

/** What `kill -9` leaves at this moment: the files as they are, whoever may still be writing. */
function kill(): void {
  kills += 1;
  const left = join(root, `killed-${kills}`);
  cpSync(folder, left, { recursive: true });
  folder = left;
}

function trade(run: ReturnType<typeof open>, orders: number): void {
  for (let i = 0; i < orders; i++) {
    run.advance(31_000 + i);
    run.submit(i % 3 === 0 ? market('AAPL', 'buy', '10') : limit('AAPL', i % 2 ? 'buy' : 'sell', '7', i % 2 ? '99' : '108'));
  }
}

/** Orders that fill at once, without a moment in which anything else could happen. */
function churn(run: ReturnType<typeof open>, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    run.submit({ ...market('AAPL', Math.floor(i / 2) % 2 ? 'sell' : 'buy', '1'), clientOrderId: `mine-${i}` });
  }
}

const files = (name: RegExp, within = folder): string[] => readdirSync(within).filter((file) => name.test(file));

describe('the state journal', () => {
  it.each([5_000, 7])('brings everything back, with a checkpoint every %i inputs', (checkpointEvery) => {
    let before = open({ checkpointEvery });
    trade(before, 25);
    for (let life = 0; life < 3; life++) {
      kill();
      const after = open({ checkpointEvery });
      expect(after.exchange.snapshot()).toBe(before.exchange.snapshot());
      trade(after, 9);
      before = after;
    }
    const page = before.exchange.handle({ kind: 'listActivities', filter: { direction: 'asc', pageSize: 100 } }, before.exchange.now());
    expect((page.json() as Wire[]).length).toBeGreaterThan(20);
  });

  it('knows of everything before anybody else is told', () => {
    let published = 0;
    const publish = (now: number, events: number): void => {
      const last = readFileSync(inputFile(folder, 1), 'utf8').trim().split('\n').at(-1) ?? '';
      expect(JSON.parse(last).at).toBe(now);
      published += events;
    };
    const run = open({ publish });
    trade(run, 3);
    run.advance(600_000);
    expect(published).toBeGreaterThan(20);
    kill();
    expect(open().exchange.snapshot()).toBe(run.exchange.snapshot());
  });

  it('passes over a last line that was cut off', () => {
    const before = open();
    trade(before, 5);
    const state = before.exchange.snapshot();
    kill();
    appendFileSync(inputFile(folder, 1), '{"n":99,"at":15');
    const after = open();
    expect(after.exchange.snapshot()).toBe(state);
    trade(after, 3);
    kill();
    expect(open().exchange.snapshot()).toBe(after.exchange.snapshot());
  });

  it('does not repeat inputs that a checkpoint already holds', () => {
    const before = open();
    trade(before, 5);
    const inputs = readFileSync(inputFile(folder, 1), 'utf8');
    before.journal.checkpoint();
    expect(existsSync(inputFile(folder, 1))).toBe(false);
    kill();
    writeFileSync(inputFile(folder, 1), inputs);
    expect(open().exchange.snapshot()).toBe(before.exchange.snapshot());
  });

  it('refuses another market, and files that were tampered with, and says what to do', () => {
    trade(open(), 3);
    kill();
    expect(() => open({ identity: 'other' })).toThrow(/belongs to another market.*remove the folder/);
    appendFileSync(inputFile(folder, 1), 'nonsense\n');
    expect(() => open()).toThrow(/is not JSON.*remove the folder/);
    writeFileSync(join(folder, SNAPSHOT_FILE), '{"n":3,"state":"{}"}');
    expect(() => open()).toThrow(/another version of this program.*remove the folder/);
    writeFileSync(join(folder, SNAPSHOT_FILE), '{');
    expect(() => open()).toThrow(/can not be read.*remove the folder/);
  });
});

describe('a checkpoint', () => {
  const settings = { keepFinishedOrders: 4_096 };

  it('is written beside the market: at each moment of it a crash loses nothing', async () => {
    const run = open({ checkpointEvery: 3_000, settings });
    run.advance(900_000);
    let sent = 0;
    for (let crash = 0; crash < 6; crash++) {
      churn(run, sent, sent + 1_600);
      sent += 1_600;
      const [alive, state] = [folder, run.exchange.snapshot()];
      kill();
      expect(open({ checkpointEvery: 3_000, settings }).exchange.snapshot()).toBe(state);
      folder = alive;
      // One step of the writing a time: it is under way at some of the crashes.
      await new Promise((done) => setImmediate(done));
    }
    expect(existsSync(inputFile(folder, 1))).toBe(false);
  });

  it('writes finished orders and activities once, and removes those that are forgotten', async () => {
    const run = open({ checkpointEvery: 1_000_000, settings });
    run.advance(900_000);
    const history = join(folder, HISTORY_FOLDER);
    churn(run, 0, 9_000);
    run.journal.checkpoint();
    const first = files(/bin$/, history);
    churn(run, 9_000, 9_010);
    run.journal.checkpoint();
    expect(files(/bin$/, history)).toEqual(first);
    churn(run, 9_010, 30_000);
    run.journal.checkpoint();
    const second = files(/bin$/, history);
    expect(second.length).toBeLessThan(first.length + 4);
    expect(second.filter((file) => first.includes(file))).toEqual([]);
    expect(files(/inputs/).length).toBe(1);
    kill();
    expect(open({ settings }).exchange.snapshot()).toBe(run.exchange.snapshot());
  });

  it('of another state, restored while one is being written, is the one that stands', async () => {
    const run = open({ checkpointEvery: 100, settings });
    run.advance(900_000);
    const before = run.exchange.snapshot();
    churn(run, 0, 5_000);
    run.driver.restore(before);
    kill();
    expect(open({ settings }).exchange.snapshot()).toBe(before);
    folder = join(root, 'state');
    // The market goes on while the one that was overtaken comes to its end.
    for (let n = 5_000; n < 5_040; n++) {
      churn(run, n, n + 1);
      await new Promise((done) => setImmediate(done));
    }
    await run.journal.close();
    kill();
    expect(open({ settings }).exchange.snapshot()).toBe(run.exchange.snapshot());
  });

  it('misses none of its files without saying so', () => {
    const run = open({ settings });
    run.advance(900_000);
    churn(run, 0, 5_000);
    run.journal.checkpoint();
    kill();
    const [part = ''] = files(/bin$/, join(folder, HISTORY_FOLDER));
    const path = join(folder, HISTORY_FOLDER, part);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(1));
    expect(() => open({ settings })).toThrow(/has \d+ bytes, not \d+.*remove the folder/);
    rmSync(path);
    expect(() => open({ settings })).toThrow(/is missing.*remove the folder/);
  });

  it('that can not be written ends the market at the next input', async () => {
    const run = open({ checkpointEvery: 50, settings });
    run.advance(900_000);
    rmSync(join(folder, HISTORY_FOLDER), { recursive: true });
    churn(run, 0, 60);
    await run.journal.close();
    expect(() => churn(run, 60, 61)).toThrow(/ENOENT/);
  });
});
