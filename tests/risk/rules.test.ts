/** The judge over all controls together: order, completeness, and what is missing refuses. Each control by itself: tests/risk/controls. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Books, Market } from '#server/domain/books.ts';
import { type Money, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { judge } from '#server/risk/judge.ts';
import { always, controls } from '#server/risk/registry.ts';
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

test('all refusals are collected, in the order of the registry', () => {
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
      const scope = { kind: 'symbol', symbol: market.symbol } as const;
      const lock = { id: 1, scope, cause: 'operator', by: 'test', reason: 'test', since: books.at } as const;
      books.locks.push({ ...lock, until: undefined, isCauseThere: false });
      outstanding(books, market, {});
    },
  };
  const names = controls.map(({ name }) => name).filter((name) => name !== 'quantity' && name !== 'reduceOnly');
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

test('a limit is a limit for the other side of a price too', () => {
  expect(refusals(judge(caseOf({ intent: { expectedPrice: parsePrice('2000.01') } })))).toContain('orderNotional');
});
