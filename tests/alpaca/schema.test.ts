/** Reading the broker's words: every status has the nearest safe meaning, decimals are exact, nonsense is left out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixed } from '#server/adapters/alpaca/decimal.ts';
import { Account, FillActivity, Order, Position } from '#server/adapters/alpaca/order-schema.ts';
import { createReader, symbolOf } from '#server/adapters/alpaca/schema.ts';
import { formatFixed, parseFixed } from '#server/domain/money.ts';
import { recordingLog, wireAccount, wireOrder } from './fixtures.ts';

test('decimals are exact to the ninth place, and rounded beyond it', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (value) => {
      expect(fixed.parse(formatFixed(value))).toBe(value);
    }),
  );
  expect(fixed.parse('-1.2345678905')).toBe(parseFixed('-1.234567891'));
  expect(fixed.parse('113.44666666666666666')).toBe(parseFixed('113.446666667'));
  expect(fixed.parse(1e-7)).toBe(parseFixed('0.0000001'));
  expect(fixed.parse(100)).toBe(parseFixed('100'));
  for (const wrong of ['', 'abc', '1e3', ' 1', '1.', Number.NaN, null]) expect(fixed.safeParse(wrong).success).toBe(false);
});

test('pairs get their slash back', () => {
  const named = (name: string) => symbolOf(name, 'crypto');
  expect(['BTCUSD', 'BTCUSDT', 'ETHBTC', 'WBTCUSDC', 'BTC/USD', 'XYZ'].map(named)).toEqual([
    'BTC/USD',
    'BTC/USDT',
    'ETH/BTC',
    'WBTC/USDC',
    'BTC/USD',
    'XYZ',
  ]);
  expect(symbolOf('BTCUSD', 'us_equity')).toBe('BTCUSD');
});

test('an order that names dollars, an account that is blocked, a fill by its execution id', () => {
  expect(Order.parse(wireOrder({ qty: null, notional: '100', filled_qty: '0.5', asset_class: undefined }))).toMatchObject({
    ...{ quantity: parseFixed('0.5'), hasNoQuantity: true, dollars: parseFixed('100') },
  });
  expect(Order.parse(wireOrder({ qty: '3', limit_price: '7', stop_price: '6' }))).toMatchObject({
    ...{ quantity: parseFixed('3'), hasNoQuantity: undefined, limitPrice: parseFixed('7'), stopPrice: parseFixed('6') },
  });
  expect(Account.parse(wireAccount()).tradingBlocked).toBe(false);
  for (const changes of [{ trading_blocked: true }, { account_blocked: true }, { trade_suspended_by_user: true }, { status: 'NEW_WORD' }]) {
    expect(Account.parse(wireAccount(changes)).tradingBlocked).toBe(true);
  }
  expect(Position.parse({ symbol: 'A', qty: '3', side: 'short', avg_entry_price: '1' }).quantity).toBe(parseFixed('-3'));
  const activity = {
    id: '20260105::e-1',
    order_id: 'b',
    price: '1',
    qty: '1',
    side: 'sell',
    symbol: 'A',
    transaction_time: '2026-01-05T15:00:00.1Z',
  };
  expect(FillActivity.parse(activity)).toMatchObject({ executionId: 'e-1', activityId: '20260105::e-1' });
});

test('what does not parse is counted, logged once per shape, and never thrown', () => {
  const log = recordingLog();
  const reader = createReader(log);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(reader.read('order', Order, value)).toBeUndefined();
    }),
  );
  expect(reader.unread()['order']).toBe(100);
  const before = log.lines.length;
  for (let i = 0; i < 5; i++) reader.read('order', Order, wireOrder({ side: 'sideways' }));
  expect(log.lines.slice(before)).toHaveLength(1);
  expect(log.lines.at(-1)?.facts).toEqual({ what: 'order', faults: 'side: side "sideways"' });
});
