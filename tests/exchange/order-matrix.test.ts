/** Which orders there can be: every type × time in force × class × amount × hours × kind of asset, against one sentence of the rules each. */
import { describe, expect, it } from 'vitest';
import { instant, MINUTE_MS } from '#server/domain/time.ts';
import type { OrderRequest } from '#server/exchange/requests.ts';
import { flat, harness, OPEN, series } from './harness.ts';

/** Eight in the morning: both auctions of the day take orders, and so do the extended hours. */
const EIGHT = instant(OPEN - 90 * MINUTE_MS);

const TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
const TIMES = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'] as const;
const CLASSES = ['simple', 'bracket', 'oto', 'oco'] as const;
const AMOUNTS = ['whole', 'fraction', 'dollars'] as const;

interface Kind {
  readonly symbol: 'AAPL' | 'BTC/USD';
  readonly type: (typeof TYPES)[number];
  readonly time: (typeof TIMES)[number];
  readonly cls: (typeof CLASSES)[number];
  readonly amount: (typeof AMOUNTS)[number];
  readonly extended: boolean;
}

const kinds = (symbol: Kind['symbol']): Kind[] =>
  TYPES.flatMap((type) =>
    TIMES.flatMap((time) =>
      CLASSES.flatMap((cls) =>
        AMOUNTS.flatMap((amount) => [false, true].map((extended) => ({ symbol, type, time, cls, amount, extended }))),
      ),
    ),
  );

const isOneOf = <T>(value: T, ...values: T[]): boolean => values.includes(value);

/** The rules as Alpaca's order documentation gives them, and nothing of how the exchange goes about them. */
function isAllowed({ symbol, type, time, cls, amount, extended }: Kind): boolean {
  if (symbol === 'BTC/USD')
    return isOneOf(type, 'market', 'limit', 'stop_limit') && isOneOf(time, 'gtc', 'ioc') && cls === 'simple' && !extended;
  const isPlain = isOneOf(type, 'market', 'limit');
  if (amount !== 'whole' && !(time === 'day' && cls === 'simple' && type !== 'trailing_stop')) return false;
  if (extended && !(type === 'limit' && isOneOf(time, 'day', 'gtc') && cls === 'simple')) return false;
  if (cls === 'oco') return type === 'limit' && isOneOf(time, 'day', 'gtc');
  if (cls !== 'simple') return isPlain && isOneOf(time, 'day', 'gtc');
  return isPlain || isOneOf(time, 'day', 'gtc');
}

/** An order that has what its kind asks for: an entry, or of the class OCO an exit, at prices on the right sides. */
function orderOf({ symbol, type, time, cls, amount, extended }: Kind): OrderRequest {
  const side = cls === 'oco' ? 'sell' : 'buy';
  const sized = { whole: { qty: '2' }, fraction: { qty: '0.5' }, dollars: { notional: '60' } }[amount];
  const prices = {
    market: {},
    limit: { limitPrice: side === 'buy' ? '90' : '130' },
    stop: { stopPrice: '110' },
    stop_limit: { stopPrice: '110', limitPrice: '111' },
    trailing_stop: { trailPercent: '5' },
  }[type];
  const legs = {
    simple: {},
    bracket: { takeProfit: { limitPrice: '150' }, stopLoss: { stopPrice: '70' } },
    oto: { stopLoss: { stopPrice: '70' } },
    oco: { takeProfit: { limitPrice: '130' }, stopLoss: { stopPrice: '70' } },
  }[cls];
  return { symbol, side, type, timeInForce: time, orderClass: cls, extendedHours: extended, ...sized, ...prices, ...legs };
}

describe.each(['AAPL', 'BTC/USD'] as const)('orders in %s', (symbol) => {
  it('are taken when their kind exists, and else refused with 422', () => {
    const wrong: string[] = [];
    for (const kind of kinds(symbol)) {
      const h = harness([series(symbol, flat(100, 120), EIGHT)]);
      if (kind.cls === 'oco') h.ask({ kind: 'transferPosition', symbol, qty: '10', price: '100' });
      const { status, body } = h.submit(orderOf(kind), instant(EIGHT + MINUTE_MS));
      if (status !== (isAllowed(kind) ? 200 : 422)) wrong.push(`${JSON.stringify(kind)} ${status} ${body.message}`);
    }
    expect(wrong).toEqual([]);
  });
});
