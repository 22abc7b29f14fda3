/** The judge over all controls together: order, completeness, and what is missing refuses. Each control by itself: tests/risk/controls. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { type Limits, WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { type Money, parseMoney, parsePrice, parseQuantity, type Quantity } from '#server/domain/money.ts';
import { DAY_MS, type Instant, plus } from '#server/domain/time.ts';
import { judge } from '#server/risk/judge.ts';
import { always, controls, limitOf } from '#server/risk/registry.ts';
import { statement } from '#tests/support/builders.ts';
import { caseOf, outstanding, refusals, type Scene } from './cases.ts';
import { ranging } from './controls/both.ts';

test('a calm case is approved, and the verdict carries the intent that was asked', () => {
  const question = caseOf({});
  expect(judge(question)).toEqual({ kind: 'approved', intent: question.intent });
});

test('every file of a control is in the registry, and has a test of its own', () => {
  const ROOT = new URL('../../', import.meta.url).pathname;
  const files = readdirSync(`${ROOT}server/risk/controls`).map((file) => file.replace('.ts', ''));
  const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  expect(controls.map(({ name }) => dashed(name)).sort()).toEqual(files.sort());
  const tests = readdirSync(`${ROOT}tests/risk/controls`).filter((file) => file.endsWith('.test.ts'));
  expect(files.filter((file) => !tests.includes(`${file}.test.ts`))).toEqual([]);
});

test('names are given once, and a way out is barred by three controls alone', () => {
  expect(new Set(controls.map(({ name }) => name)).size).toBe(controls.length);
  expect(always.map(({ name }) => name)).toEqual(['killLevel', 'quantity', 'reduceOnly']);
});

/** Limits of nothing, and books in which everything is wrong. */
const everything: Scene = {
  intent: { quantity: parseQuantity('1000.5'), side: 'sell' },
  limits: {
    ...(Object.fromEntries(Object.keys(WITHOUT_LIMITS).map((key) => [key, 0])) as Partial<Limits>),
    ...{ maxOrderNotional: 0n as Money, maxPositionNotional: 0n as Money, maxGrossExposure: 0n as Money, maxOrderQuantity: 0n as Quantity },
    ...{ maxDailyLoss: 0n as Money, maxWeeklyLoss: 0n as Money, maxQuickLoss: 0n as Money, minShortEquity: parseMoney('1000000') },
    ...{ closingCutoffMs: DAY_MS * 2, duplicateWindowMs: 1000, minMarginExcessPercent: 100, requireQuote: true, sectors: new Map() },
  },
  change: (books, market) => {
    books.kill = { ...books.kill, level: 'halt' };
    books.reconciled = false;
    books.disagreements = 2;
    books.lastStatement = statement({ tradingBlocked: true, asOf: plus(books.at, -1), buyingPower: 0n as Money });
    books.lostFeeds.add('stocks').add('tradeUpdates');
    Object.assign(books.risk, { clockSkewMs: 1, loopLagMs: 1, unfilledInRow: 1, rejectedInRow: 1 });
    market.instrument = { ...market.instrument!, tradable: false };
    Object.assign(market.tape, { lastMove: 1, halt: { reason: 'T1', at: books.at, endedAt: undefined, isDoubtful: false } });
    ranging(Number.NaN)(books, market);
    outstanding(books, market, {});
    outstanding(books, market, { side: 'sell', quantity: parseQuantity('1000.5') }, 2);
    books.risk.cancelledAt.push(books.at);
    const scope = { kind: 'symbol', symbol: market.symbol } as const;
    const lock = { id: 1, scope, cause: 'operator', by: 'test', reason: 'test', since: books.at } as const;
    books.locks.push({ ...lock, until: undefined, isCauseThere: false });
  },
};

test('all refusals are collected, in the order of the registry', () => {
  // These are of other books: without a price, out of hours, of an order for nothing.
  const others = ['quantity', 'reduceOnly', 'sessionOpen', 'priceKnown', 'priceCollar'];
  const names = controls.map(({ name }) => name).filter((name) => !others.includes(name));
  expect(refusals(judge(caseOf(everything)))).toEqual(names);
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

const limited = controls.filter(({ limit }) => limit !== undefined);

test.each(limited)('a missing limit let everything pass: $name denies', ({ name, limit }) => {
  for (const nothing of [undefined, Number.NaN]) {
    const verdict = judge(caseOf({ limits: { [limit as keyof Limits]: nothing } }));
    expect(refusals(verdict)).toEqual([name]);
    expect(verdict.kind === 'refused' && verdict.because[0]?.reason).toBe(`limits.${limitOf(name)} is missing`);
  }
});

test('a limit is a limit for the other side of a price too', () => {
  expect(refusals(judge(caseOf({ intent: { expectedPrice: parsePrice('2000.01') } })))).toContain('orderNotional');
});

test('a refusal names the setting behind its control, in the words of the configuration', () => {
  expect(['leverage', 'sessionEdges', 'killLevel', 'no such rule'].map(limitOf)).toEqual([
    'maxLeverage',
    'closingCutoffMinutes',
    undefined,
    undefined,
  ]);
});
