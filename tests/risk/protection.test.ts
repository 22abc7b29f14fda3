/** What the broker is asked to hold for a position, by hand: of whole shares, of fractions, of crypto; on ticks, never nearer to the market. */
import { describe, expect, test } from 'vitest';
import type { Market } from '#server/domain/books.ts';
import type { Episode, ExitLevels, ExitPolicy } from '#server/domain/exits.ts';
import { cryptoPair, type Instrument } from '#server/domain/instrument.ts';
import { parseFixed, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { isExempt, type Protection, protectionOf, withFarTarget } from '#server/risk/protection.ts';
import { policy } from '#tests/engine/exits-bench.ts';
import { caseOf } from './cases.ts';

interface Held {
  readonly quantity?: string;
  readonly side?: 1 | -1;
  readonly levels?: Partial<ExitLevels>;
  readonly exits?: Partial<ExitPolicy>;
  readonly best?: number;
  readonly lastPrice?: number;
  readonly instrument?: Partial<Instrument>;
}

function marketWith({ quantity = '10', side = 1, levels = {}, exits = {}, best = 100, lastPrice = 100, instrument = {} }: Held) {
  const { market } = caseOf({});
  const episode: Episode = { side, openedAt: 0 as Instant, range: 2, best };
  const set: ExitLevels = { stop: Number.NaN, target: Number.NaN, stopRule: 'stopLoss', ...levels };
  Object.assign(market.position, { quantity: parseQuantity(quantity) });
  Object.assign(market, { lastPrice, instrument: { ...market.instrument!, ...instrument } });
  Object.assign(market, { guard: { policy: policy(exits), gauge: undefined, episode, levels: set } });
  return { market, episode };
}
const of = (held: Held): Protection | undefined => protectionOf(marketWith(held).market, 100);
const pair = cryptoPair('X/USD');

describe('of whole shares', () => {
  const common = { timeInForce: 'gtc', exit: 'stopLoss', quantityStep: parseFixed('1') };

  test('a stop, a target, or a pair of both, until it is cancelled', () => {
    const stopPrice = parsePrice('97');
    expect(of({ levels: { stop: 97 } })).toEqual({ ...common, terms: { type: 'stop', stopPrice } });
    const limitPrice = parsePrice('104');
    expect(of({ levels: { stop: 97, target: 104 } })).toEqual({ ...common, terms: { type: 'oco', limitPrice, stopPrice } });
    expect(of({ levels: { target: 104 } })).toEqual({ ...common, exit: 'takeProfit', terms: { type: 'limit', limitPrice } });
    expect(of({})).toBeUndefined();
  });

  test('of a short position the stop lies above the target', () => {
    const terms = of({ side: -1, quantity: '-10', levels: { stop: 103, target: 96 } })?.terms;
    expect(terms).toEqual({ type: 'oco', limitPrice: parsePrice('96'), stopPrice: parsePrice('103') });
  });

  test('a target that is not beyond the stop makes no pair', () => {
    expect(of({ levels: { stop: 104, target: 104 } })?.terms.type).toBe('stop');
    expect(of({ levels: { stop: 105, target: 104 } })?.terms.type).toBe('stop');
    expect(of({ side: -1, quantity: '-10', levels: { stop: 96, target: 96 } })?.terms.type).toBe('stop');
    expect(of({ side: -1, quantity: '-10', levels: { stop: 95, target: 96 } })?.terms.type).toBe('stop');
  });

  test('prices are on ticks, away from the market: cents, and hundredths of a cent below a dollar', () => {
    const stop = (side: 1 | -1, price: number) => of({ side, quantity: `${side * 10}`, levels: { stop: price } })?.terms;
    const at = (stopPrice: string) => ({ type: 'stop', stopPrice: parsePrice(stopPrice) });
    expect([stop(1, 97.019), stop(-1, 103.011)]).toEqual([at('97.01'), at('103.02')]);
    expect([stop(1, 97.01), stop(-1, 103.01)]).toEqual([at('97.01'), at('103.01')]);
    expect([stop(1, 0.50019), stop(-1, 0.50011)]).toEqual([at('0.5001'), at('0.5002')]);
    expect(stop(1, 0.00001)).toEqual(at('0.0001'));
    const target = (side: 1 | -1, price: number) => of({ side, quantity: `${side * 10}`, levels: { target: price } })?.terms;
    expect(target(1, 104.011)).toEqual({ type: 'limit', limitPrice: parsePrice('104.02') });
    expect(target(-1, 96.019)).toEqual({ type: 'limit', limitPrice: parsePrice('96.01') });
  });
});

describe('a stop that trails', () => {
  const trailing = (changes: Held): Held => ({
    exits: { trailingStop: { ranges: 2.5 } },
    levels: { stop: 95, stopRule: 'trailingStop' },
    ...changes,
  });
  const trail = (changes: Held) => of(trailing(changes))?.terms;

  test("is the broker's own as long as the best price is that of the moment, to a tenth of its distance", () => {
    // Two and a half ranges of two dollars: five dollars, of which a tenth are fifty cents.
    expect(trail({})).toEqual({ type: 'trailing_stop', trail: { price: parsePrice('5') } });
    expect(trail({ lastPrice: 99.5 })?.type).toBe('trailing_stop');
    expect(trail({ lastPrice: 99.49 })?.type).toBe('stop');
    const short = { side: -1, quantity: '-10', levels: { stop: 105, stopRule: 'trailingStop' } } as const;
    expect(trail({ ...short, lastPrice: 100.5 })?.type).toBe('trailing_stop');
    expect(trail({ ...short, lastPrice: 100.51 })?.type).toBe('stop');
    expect(of(trailing({}))?.exit).toBe('trailingStop');
  });

  test('in percent is so in percent, in ranges in dollars that are rounded up to the ticks of the price', () => {
    expect(trail({ exits: { trailingStop: { percent: 2.5 } } })).toEqual({ type: 'trailing_stop', trail: { percent: parseFixed('2.5') } });
    expect(trail({ exits: { trailingStop: { ranges: 0.3401 } } })).toEqual({ type: 'trailing_stop', trail: { price: parsePrice('0.69') } });
  });

  test('is a plain stop where another rule has the nearest one, and one of a pair beside a target', () => {
    expect(trail({ levels: { stop: 97, stopRule: 'stopLoss' } })?.type).toBe('stop');
    expect(trail({ levels: { stop: 95, stopRule: 'trailingStop', target: 104 } })?.type).toBe('oco');
  });
});

describe('of fractions', () => {
  test('a stop or a target for the day, never a pair', () => {
    const common = { timeInForce: 'day', quantityStep: 1n };
    const stopPrice = parsePrice('97');
    expect(of({ quantity: '1.5', levels: { stop: 97, target: 104 } })).toEqual({
      ...common,
      ...{ exit: 'stopLoss', terms: { type: 'stop', stopPrice } },
    });
    const limitPrice = parsePrice('104');
    expect(of({ quantity: '1.5', levels: { target: 104 } })).toEqual({
      ...common,
      ...{ exit: 'takeProfit', terms: { type: 'limit', limitPrice } },
    });
    expect(of({ quantity: '0.000000001', levels: { stop: 97 } })?.timeInForce).toBe('day');
  });
});

describe('of crypto', () => {
  test('a stop-limit whose limit lies behind the stop, or a target, until it is cancelled', () => {
    const common = { timeInForce: 'gtc', quantityStep: pair.quantityStep };
    const terms = { type: 'stop_limit', stopPrice: parsePrice('90'), limitPrice: parsePrice('87.3') };
    expect(of({ instrument: pair, exits: { stopLimitPercent: 3 }, levels: { stop: 90, target: 110 } })).toEqual({
      ...common,
      ...{ exit: 'stopLoss', terms },
    });
    expect(of({ side: -1, instrument: pair, exits: { stopLimitPercent: 3 }, levels: { stop: 110 } })?.terms).toEqual({
      ...{ type: 'stop_limit', stopPrice: parsePrice('110'), limitPrice: parsePrice('113.3') },
    });
    expect(of({ instrument: pair, levels: { target: 110 } })).toEqual({
      ...common,
      ...{ exit: 'takeProfit', terms: { type: 'limit', limitPrice: parsePrice('110') } },
    });
  });

  test('the limit is on the tick, away from the market', () => {
    const coarse = { ...pair, priceStep: parsePrice('0.5') };
    const limit = (side: 1 | -1, stop: number) => of({ side, instrument: coarse, exits: { stopLimitPercent: 1 }, levels: { stop } })?.terms;
    expect(limit(1, 90)).toMatchObject({ stopPrice: parsePrice('90'), limitPrice: parsePrice('89') });
    expect(limit(-1, 110)).toMatchObject({ stopPrice: parsePrice('110'), limitPrice: parsePrice('111.5') });
  });
});

test('without an episode, without exits or of an unknown instrument nothing waits', () => {
  const { market } = marketWith({ levels: { stop: 97 } });
  const without = (changes: object) => protectionOf({ ...market, ...changes } as Market, 100);
  expect(without({})).toBeDefined();
  expect(without({ guard: undefined })).toBeUndefined();
  expect(without({ guard: { ...market.guard!, episode: undefined } })).toBeUndefined();
  expect(without({ instrument: undefined })).toBeUndefined();
});

test('a pair and a stop that trails are taken beside an order of the other side, a simple one is not', () => {
  const price = parsePrice('1');
  expect(isExempt({ type: 'oco', limitPrice: price, stopPrice: price })).toBe(true);
  expect(isExempt({ type: 'trailing_stop', trail: { price } })).toBe(true);
  expect([isExempt({ type: 'stop', stopPrice: price }), isExempt({ type: 'limit', limitPrice: price })]).toEqual([false, false]);
});

describe('a target that is far away', () => {
  const far = (held: Held) => {
    const { market, episode } = marketWith(held);
    return withFarTarget(market, episode, protectionOf(market, 100)!).terms;
  };

  test('makes a stop of whole shares one of a pair: twice the price above, half of it below', () => {
    expect(far({ levels: { stop: 97 }, lastPrice: 100.01 })).toEqual({
      ...{ type: 'oco', limitPrice: parsePrice('200.02'), stopPrice: parsePrice('97') },
    });
    expect(far({ side: -1, quantity: '-10', levels: { stop: 103 }, lastPrice: 100.01 })).toEqual({
      ...{ type: 'oco', limitPrice: parsePrice('50'), stopPrice: parsePrice('103') },
    });
    expect(far({ levels: { stop: 97 }, lastPrice: 100.001 })).toMatchObject({ limitPrice: parsePrice('200.01') });
  });

  test('is given to nothing else', () => {
    expect(far({ quantity: '1.5', levels: { stop: 97 } }).type).toBe('stop');
    expect(far({ levels: { target: 104 } }).type).toBe('limit');
    const { market, episode } = marketWith({ levels: { stop: 97 } });
    const wanted = protectionOf(market, 100)!;
    expect(withFarTarget({ ...market, instrument: undefined }, episode, wanted)).toBe(wanted);
  });
});
