/** Orders open at a time. */
import { expect, test } from 'vitest';
import type { Books } from '#server/domain/books.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { marketOf } from '#server/engine/genesis.ts';
import { openOrders } from '#server/risk/controls/open-orders.ts';
import { outstanding } from '../cases.ts';
import { holds, reads, refusesAndPasses, why } from './both.ts';

const open = (orders: number) => ({
  limits: { maxOpenOrders: 3 },
  change: (books: Books) => {
    for (let nth = 0; nth < orders; nth++) {
      const symbol = `S${nth}` as AssetSymbol;
      outstanding(books, marketOf(books, symbol), { symbol }, nth);
    }
  },
});

refusesAndPasses(openOrders, open(3), '3 orders are open, at most 3', open(2));

test('it reads how many are open, of all symbols', () => {
  expect(reads(openOrders, open(0))).toMatchObject({ value: 0, limit: 3, state: 'ok' });
  expect(reads(openOrders, open(1)).value).toBe(1);
  expect(reads(openOrders, open(2))).toMatchObject({ value: 2, limit: 3, state: 'ok' });
  expect(reads(openOrders, open(3)).state).toBe('refusing');
});

test('what protects a position is not counted', () => {
  const scene = (exit: 'stopLoss' | undefined) => ({
    limits: { maxOpenOrders: 1 },
    change: (...[books, market]: Parameters<ReturnType<typeof holds>>) => {
      holds('10')(books, market);
      outstanding(books, market, { purpose: 'reduce', side: 'sell', exit, type: 'stop', stopPrice: 1n as never } as never);
    },
  });
  expect(reads(openOrders, scene('stopLoss')).value).toBe(0);
  expect(reads(openOrders, scene(undefined)).value).toBe(1);
  expect(why(scene('stopLoss'))).not.toContain('orders are open');
});
