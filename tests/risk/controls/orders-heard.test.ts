/** Nothing opens while nobody tells of fills. */
import { expect, test } from 'vitest';
import { ordersHeard } from '#server/risk/controls/orders-heard.ts';
import { reads, refusesAndPasses } from './both.ts';

refusesAndPasses(ordersHeard, { change: (books) => books.lostFeeds.add('tradeUpdates') }, 'the stream of order updates is down', {
  change: (books) => books.lostFeeds.add('crypto'),
});

test('it reads refusing while the stream is down', () => {
  expect(reads(ordersHeard, { change: (books) => books.lostFeeds.add('tradeUpdates') }).state).toBe('refusing');
  expect(reads(ordersHeard, {}).state).toBe('ok');
});
