/** The exchange's memory: after the process is gone, a new one stands where the old one stood, byte for byte. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createDriver } from '#server/exchange/wire/driver.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { openStateJournal } from '#server/exchange/wire/state-journal.ts';
import { limit, market, series, type Wire } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exchange-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tape = makeTape({
  series: [
    series(
      'AAPL',
      Array.from({ length: 390 }, (_, i) => [100 + (i % 7), 110, 95, 100 + (i % 5)] as const),
    ),
  ],
});

/** A market over the folder; leaving it without closing is what `kill -9` does to it. */
function open(snapshotEvery = 5_000, identity = 'test', publish: (now: number, events: number) => void = () => undefined) {
  const exchange = createExchange({ tape, settings: { partialFillChance: 0.5 } });
  const journal = openStateJournal({ folder, exchange, identity, snapshotEvery });
  const clock = createManualClock(exchange.now());
  const driver = createDriver({ exchange, clock, journal, skipIdle: false, publish: (events) => publish(exchange.now(), events.length) });
  let last: { status: number; body: Wire } = { status: 0, body: null };
  return {
    exchange,
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

function trade(run: ReturnType<typeof open>, orders: number): void {
  for (let i = 0; i < orders; i++) {
    run.advance(31_000 + i);
    run.submit(i % 3 === 0 ? market('AAPL', 'buy', '10') : limit('AAPL', i % 2 ? 'buy' : 'sell', '7', i % 2 ? '99' : '108'));
  }
}

describe('the state journal', () => {
  it.each([5_000, 7])('brings everything back, with a snapshot every %i inputs', (snapshotEvery) => {
    let before = open(snapshotEvery);
    trade(before, 25);
    for (let life = 0; life < 3; life++) {
      const after = open(snapshotEvery);
      expect(after.exchange.snapshot()).toBe(before.exchange.snapshot());
      trade(after, 9);
      before = after;
    }
    expect(JSON.parse(before.exchange.snapshot()).savedActivities.count).toBeGreaterThan(20);
  });

  it('knows of everything before anybody else is told', () => {
    let published = 0;
    const run = open(5_000, 'test', (now, events) => {
      const last = readFileSync(join(folder, 'exchange-inputs.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '';
      expect(JSON.parse(last).at).toBe(now);
      published += events;
    });
    trade(run, 3);
    run.advance(600_000);
    expect(published).toBeGreaterThan(20);
    expect(open().exchange.snapshot()).toBe(run.exchange.snapshot());
  });

  it('passes over a last line that was cut off', () => {
    const before = open();
    trade(before, 5);
    const state = before.exchange.snapshot();
    appendFileSync(join(folder, 'exchange-inputs.jsonl'), '{"n":99,"at":15');
    const after = open();
    expect(after.exchange.snapshot()).toBe(state);
    trade(after, 3);
    expect(open().exchange.snapshot()).toBe(after.exchange.snapshot());
  });

  it('does not repeat inputs that a snapshot already holds', () => {
    const before = open();
    trade(before, 5);
    const inputs = readFileSync(join(folder, 'exchange-inputs.jsonl'), 'utf8');
    const state = open().exchange.snapshot();
    writeFileSync(join(folder, 'exchange-inputs.jsonl'), inputs);
    expect(open().exchange.snapshot()).toBe(state);
  });

  it('refuses another market, and files that were tampered with, and says what to do', () => {
    trade(open(), 3);
    expect(() => open(5_000, 'other')).toThrow(/belongs to another market.*remove the folder/);
    appendFileSync(join(folder, 'exchange-inputs.jsonl'), 'nonsense\n');
    expect(() => open()).toThrow(/is not JSON.*remove the folder/);
    writeFileSync(join(folder, 'exchange-snapshot.json'), '{');
    expect(() => open()).toThrow(/can not be read.*remove the folder/);
  });
});
