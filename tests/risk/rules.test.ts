/** Each rule of the judge: what it refuses, what it lets pass, and that it never refuses an exit. */
import { describe, expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { type Money, parseMoney, parsePrice, parseQuantity, type Quantity } from '#server/domain/money.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { judge } from '#server/risk/judge.ts';
import { always, opening } from '#server/risk/rules.ts';
import { NOON } from '#tests/support/builders.ts';
import { caseOf, outstanding, refusals, type Scene, sent } from './cases.ts';

const why = (scene: Scene): string => {
  const verdict = judge(caseOf(scene));
  return verdict.kind === 'refused' ? verdict.because.map(({ reason }) => reason).join('; ') : '';
};
const money = parseMoney;
const holds =
  (quantity: string, cost = '0') =>
  (_books: Books, market: Market): void => {
    market.position.quantity = parseQuantity(quantity);
    market.position.cost = money(cost);
  };
const sale = { side: 'sell' } as const;
const instrument = (changes: object) => (_: Books, market: Market) => {
  market.instrument = { ...market.instrument!, ...changes };
};

/** Exits that are multiples of a range. */
const ranging = (value: number) => (_: Books, market: Market) => Object.assign(market, { guard: { gauge: { value } } });

test('a calm case is approved, and the verdict carries the intent that was asked', () => {
  const question = caseOf({});
  expect(judge(question)).toEqual({ kind: 'approved', intent: question.intent });
});

/** Each refusal names only the rule of its line; each passing scene is the nearest to it that is allowed. */
const table: readonly (readonly [rule: string, refused: Scene, words: string, passing: Scene])[] = [
  [
    'killLevel',
    { change: (books) => Object.assign(books, { kill: { ...books.kill, level: 'reduceOnly', by: 'someone' } }) },
    'kill switch is at reduceOnly by someone',
    {},
  ],
  ['reconciled', { change: (books) => Object.assign(books, { reconciled: false }) }, 'not yet compared', {}],
  ['tradable', { change: (_, market) => Object.assign(market, { instrument: undefined }) }, 'the instrument is not known', {}],
  ['tradable', { change: instrument({ tradable: false }) }, 'the broker does not trade it', {}],
  ['tradable', { intent: sale, change: instrument({ shortable: false }) }, 'it can not be sold short', { intent: sale }],
  [
    'tradable',
    { intent: sale, change: (books, market) => [holds('9.999')(books, market), instrument({ shortable: false })(books, market)] },
    'it can not be sold short',
    { intent: sale, change: (books, market) => [holds('10')(books, market), instrument({ shortable: false })(books, market)] },
  ],
  ['sessionOpen', { change: (books) => Object.assign(books, { sessions: [] }) }, 'the market is closed', {}],
  [
    'sessionOpen',
    { change: (books) => Object.assign(books, { sessions: [{ date: 'd', opensAt: NOON - 9, closesAt: NOON }] }) },
    'the market is closed',
    { change: (books) => Object.assign(books, { sessions: [{ date: 'd', opensAt: NOON, closesAt: NOON + 1 }] }) },
  ],
  [
    'sessionOpen',
    { change: (books) => Object.assign(books, { sessions: [] }) },
    'the market is closed',
    { change: (books, market) => [Object.assign(books, { sessions: [] }), instrument({ assetClass: 'crypto' })(books, market)] },
  ],
  ['priceKnown', { change: (_, market) => Object.assign(market, { lastPrice: Number.NaN }) }, 'no price is known', {}],
  [
    'priceFresh',
    { change: (books) => Object.assign(books, { at: plus(NOON, 120_001) }) },
    'the price is 120001 ms old, at most 120000 is allowed',
    { change: (books) => Object.assign(books, { at: plus(NOON, 120_000) }) },
  ],
  [
    'priceFresh',
    { change: (books) => books.lostFeeds.add('stocks') },
    'the market data stream is down',
    { change: (books) => books.lostFeeds.add('crypto') },
  ],
  [
    'ordersHeard',
    { change: (books) => books.lostFeeds.add('tradeUpdates') },
    'the stream of order updates is down',
    { change: (books) => books.lostFeeds.add('crypto') },
  ],
  [
    'priceFresh',
    { change: (books, market) => [books.lostFeeds.add('crypto'), instrument({ assetClass: 'crypto' })(books, market)] },
    'the market data stream is down',
    { change: (books, market) => [books.lostFeeds.add('stocks'), instrument({ assetClass: 'crypto' })(books, market)] },
  ],
  [
    'orderNotional',
    { limits: { maxOrderNotional: money('999.999999999') } },
    '$1000 is above $999.999999999 an order',
    { limits: { maxOrderNotional: money('1000') } },
  ],
  [
    'positionSize',
    { limits: { maxPositionNotional: money('1499.99') }, change: holds('5') },
    'the position would be $1500, at most $1499.99',
    { limits: { maxPositionNotional: money('1500') }, change: holds('5') },
  ],
  [
    'positionSize',
    { intent: sale, limits: { maxPositionNotional: money('1499.99') }, change: holds('-5') },
    'the position would be $1500',
    { intent: sale, limits: { maxPositionNotional: money('1500') }, change: holds('-5') },
  ],
  [
    'grossExposure',
    { limits: { maxGrossExposure: money('1999') }, change: holds('-10') },
    'exposure would be $2000, at most $1999',
    { limits: { maxGrossExposure: money('2000') }, change: holds('-10') },
  ],
  [
    'openOrders',
    { limits: { maxOpenOrders: 3 }, change: (books) => Object.assign(books, { openOrderCount: 3 }) },
    '3 orders are open, at most 3',
    { limits: { maxOpenOrders: 3 }, change: (books) => Object.assign(books, { openOrderCount: 2 }) },
  ],
  [
    'ordersPerMinute',
    { limits: { maxOrdersPerMinute: 2 }, change: sent(2, plus(NOON, 1 - MINUTE_MS)) },
    '2 orders in the last minute, at most 2',
    { limits: { maxOrdersPerMinute: 2 }, change: sent(2, plus(NOON, -MINUTE_MS)) },
  ],
  [
    'dailyLoss',
    { limits: { maxDailyLoss: money('50') }, change: (books) => Object.assign(books, { cash: money('99950') }) },
    'lost $50 today, at most $50',
    { limits: { maxDailyLoss: money('50') }, change: (books) => Object.assign(books, { cash: money('99950.01') }) },
  ],
  ['dailyLoss', { change: (books) => Object.assign(books, { day: undefined }) }, 'not known yet', {}],
  ['exitsKnown', { change: ranging(Number.NaN) }, 'the average true range that the exits go by is not known', { change: ranging(1) }],
  ['quantity', { intent: { quantity: 0n as Quantity } }, 'the quantity is not above zero', { intent: { quantity: 1n as Quantity } }],
];

describe.each(table)('%s', (rule, refused, words, passing) => {
  test(`refuses: ${words}`, () => {
    expect(refusals(judge(caseOf(refused)))).toEqual([rule]);
    expect(why(refused)).toContain(words);
  });
  test(`lets pass what is just inside (not: ${words})`, () => {
    expect(judge(caseOf(passing)).kind).toBe('approved');
  });
});

test('nothingInFlight refuses a second order on the same symbol; what is out counts in position and exposure too', () => {
  const change = (books: Books, market: Market) => outstanding(books, market, { quantity: parseQuantity('190') });
  expect(refusals(judge(caseOf({ change, limits: { maxGrossExposure: money('20000') } })))).toEqual(['nothingInFlight']);
  expect(why({ change })).toContain('order rtest-0-1 is still open');
  const close = { maxPositionNotional: money('19999'), maxGrossExposure: money('19999') };
  expect(refusals(judge(caseOf({ change, limits: close })))).toEqual(['positionSize', 'grossExposure', 'nothingInFlight']);
});

test('every rule is in the table above', () => {
  const named = new Set([...table.map(([rule]) => rule), 'nothingInFlight', 'quantity']);
  expect(new Set([...Object.keys(always), ...Object.keys(opening), 'quantity'])).toEqual(named);
});

test('all refusals are collected, in the order of the rules', () => {
  const everything: Scene = {
    intent: { quantity: parseQuantity('1000') },
    limits: { maxOpenOrders: 0, maxOrdersPerMinute: 0, maxDailyLoss: 0n as Money, maxGrossExposure: 0n as Money },
    change: (books, market) => {
      books.kill = { ...books.kill, level: 'halt' };
      books.reconciled = false;
      books.sessions = [];
      books.lostFeeds.add('stocks').add('tradeUpdates');
      market.instrument = { ...market.instrument!, tradable: false };
      market.lastPrice = Number.NaN;
      ranging(Number.NaN)(books, market);
      outstanding(books, market, {});
    },
  };
  expect(refusals(judge(caseOf(everything)))).toEqual([...Object.keys(always), ...Object.keys(opening)]);
});

test('data that is missing refuses an entry: nothing known is nothing allowed', () => {
  const unknown = (books: Books, market: Market) => {
    books.reconciled = false;
    books.day = undefined;
    books.sessions = [];
    market.instrument = undefined;
    market.lastPrice = Number.NaN;
    market.lastBarEndsAt = 0 as Instant;
  };
  expect(refusals(judge(caseOf({ change: unknown })))).toEqual([
    'reconciled',
    'tradable',
    'sessionOpen',
    'priceKnown',
    'priceFresh',
    'dailyLoss',
  ]);
});

test('a limit is a limit for the other side of a price too', () => {
  expect(refusals(judge(caseOf({ intent: { expectedPrice: parsePrice('2000.01') } })))).toContain('orderNotional');
});
