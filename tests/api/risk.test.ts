/** `risk.status`: a reading of each control, in decimals. */
import { expect, test } from 'vitest';
import { parseMoney } from '#server/domain/money.ts';
import { controls } from '#server/risk/registry.ts';
import { AT, hold } from './fake-desk.ts';
import { httpClient, serveFake } from './harness.ts';

test('risk.status has every control, with value, limit, headroom and state', async () => {
  await using served = await serveFake();
  const { books } = served.daemon;
  books.at = AT;
  books.cash = parseMoney('100000');
  books.day = { endsAt: AT, equityAtStart: parseMoney('100900') };
  const { at, controls: read } = await httpClient(served.api.url).risk.status.query();
  expect(at).toBe('2026-11-20T15:00:00.000Z');
  expect(read.map(({ name }) => name)).toEqual(controls.map(({ name }) => name));
  const of = (name: string) => read.find((one) => one.name === name);
  expect(of('dailyLoss')).toEqual({
    ...{ name: 'dailyLoss', id: 'P22', term: 'loss limit: day', setting: 'maxDailyLoss', unit: 'dollars' },
    ...{ value: '900', limit: '1000', headroom: '100', state: 'near', of: null },
  });
  expect(of('weeklyLoss')).toMatchObject({ value: null, headroom: null, state: 'unknown' });
  expect(of('reconciled')).toMatchObject({ setting: null, value: null, limit: null, unit: 'none', state: 'refusing' });
  hold(books, { symbol: 'AAPL', quantity: '500', cost: '50000', lastPrice: 102 });
  const { controls: later } = await httpClient(served.api.url).risk.status.query();
  expect(later.find(({ name }) => name === 'grossExposure')).toMatchObject({ value: '51000', headroom: '-1000', state: 'refusing' });
});
