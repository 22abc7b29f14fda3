/** A symbol whose trading is, or was, halted. */
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { parsePrice } from '#server/domain/money.ts';
import { DAY_MS, type Instant, plus } from '#server/domain/time.ts';
import { tradingHalt } from '#server/risk/controls/trading-halt.ts';
import { NOON } from '#tests/support/builders.ts';
import { holds, reads, refusedBy, refusesAndPasses, sale } from './both.ts';

const limits = { haltCooloffMs: 30_000 };
const halted = (endedAt: Instant | undefined) => (_: Books, market: Market) =>
  Object.assign(market.tape, { halt: { reason: 'LUDP', at: NOON, endedAt } });

refusesAndPasses(tradingHalt, { limits, change: halted(undefined) }, 'trading in it is halted: LUDP', { limits });
refusesAndPasses(tradingHalt, { limits, change: halted(plus(NOON, -29_999)) }, 'its halt ended 29999 ms ago, at least 30000 must pass', {
  limits,
  change: halted(plus(NOON, -30_000)),
});

const banded =
  (band: { up: number; down: number; at?: Instant }, quote?: { bid: number; ask: number }) =>
  (books: Books, market: Market): void => {
    market.tape.band = { at: books.at, ...band };
    if (quote !== undefined) market.quote = { symbol: market.symbol, at: books.at, bidSize: 100, askSize: 100, ...quote };
  };

// The price is 100.
refusesAndPasses(
  tradingHalt,
  { change: banded({ up: 99.9, down: 90 }) },
  "the price of 100 is not within the market's band of 90 to 99.9",
  {
    change: banded({ up: 100.01, down: 90 }),
  },
);
refusesAndPasses(tradingHalt, { change: banded({ up: 100, down: 90 }) }, "the price of 100 is not within the market's band of 90 to 100", {
  change: banded({ up: 100, down: 90, at: plus(NOON, -DAY_MS) }),
});
refusesAndPasses(tradingHalt, { change: banded({ up: 110, down: 100 }) }, 'is not within', { change: banded({ up: 110, down: 99.99 }) });
refusesAndPasses(
  tradingHalt,
  { change: banded({ up: 100.5, down: 90 }, { bid: 100.5, ask: 100.5 }) },
  "its quote of 100.5 to 100.5 stands at the market's band of 90 to 100.5",
  { change: banded({ up: 100.5, down: 90 }, { bid: 100.49, ask: 100.5 }) },
);
refusesAndPasses(
  tradingHalt,
  { change: banded({ up: 110, down: 99.9 }, { bid: 99.9, ask: 99.9 }) },
  "its quote of 99.9 to 99.9 stands at the market's band of 99.9 to 110",
  { change: banded({ up: 110, down: 99.9 }, { bid: 99.9, ask: 99.91 }) },
);

test('a quote that nobody asks at stands at no lower band; one below a dollar stands at its band like any other', () => {
  expect(refusedBy(tradingHalt, { change: banded({ up: 110, down: 90 }, { bid: 99, ask: 0 }) })).toBeUndefined();
  const cheap = (ask: number) =>
    refusedBy(tradingHalt, {
      intent: { expectedPrice: parsePrice('0.6') },
      change: banded({ up: 0.7, down: 0.5 }, { bid: 0.4, ask }),
    });
  expect(cheap(0.5)).toBe("its quote of 0.4 to 0.5 stands at the market's band of 0.5 to 0.7");
  expect(cheap(0.51)).toBeUndefined();
});

test('nothing refuses an exit, also outside of the band', () => {
  const change = (books: Books, market: Market) => [banded({ up: 99, down: 90 })(books, market), holds('10')(books, market)];
  expect(refusedBy(tradingHalt, { intent: { ...sale, purpose: 'reduce' }, change })).toBeUndefined();
});

test('it reads which symbol is at its band', () => {
  expect(reads(tradingHalt, { change: banded({ up: 99, down: 90 }) })).toMatchObject({ state: 'refusing', of: 'AAPL' });
  expect(reads(tradingHalt, { change: banded({ up: 101, down: 90 }) }).state).toBe('ok');
});

test('it reads which symbol is halted', () => {
  expect(reads(tradingHalt, { limits, change: halted(undefined) })).toMatchObject({ state: 'refusing', of: 'AAPL' });
  expect(reads(tradingHalt, { limits }).state).toBe('ok');
});
