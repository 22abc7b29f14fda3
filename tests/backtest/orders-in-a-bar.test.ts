/** The examples of docs/backtesting.md: what each order does in a bar with open 100, high 105, low 95 and close 102. */
import { expect, test } from 'vitest';
import { feeOf } from '#server/backtest/broker/commission.ts';
import type { FillSettings } from '#server/backtest/request.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { cryptoPair } from '#server/domain/instrument.ts';
import { formatFixed, parseMoney, parsePrice, toNumber } from '#server/domain/money.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { type Ask, quantityOf, runRule } from './rule-trader.ts';

const FROM = Date.UTC(2024, 0, 2);
const column = (...values: number[]): Float64Array => Float64Array.from(values);

/** The bar before closes at 101; the one after stands still at 102. */
const bars: BarColumns = {
  symbol: 'X' as AssetSymbol,
  timeframe: DAY,
  length: 3,
  startsAt: column(FROM, FROM + DAY_MS, FROM + 2 * DAY_MS),
  endsAt: column(FROM + DAY_MS, FROM + 2 * DAY_MS, FROM + 3 * DAY_MS),
  open: column(101, 100, 102),
  high: column(101, 105, 102),
  low: column(101, 95, 102),
  close: column(101, 102, 102),
  volume: column(4440, 4440, 6870),
};

const run = (asks: readonly Ask[], fill: Partial<FillSettings> = {}) =>
  runRule({ bars: [bars], cash: 1_000_000, fill }, ({ ask }) => ({
    close(index) {
      if (index === 0) for (const one of asks) ask(one);
    },
  }));

const prices = (...all: Parameters<typeof run>): number[] => run(...all).fills.map(({ price }) => toNumber(price));
const buy = (more: Partial<Ask>): Ask => ({ side: 'buy', type: 'market', quantity: 10, ...more });
const sell = (more: Partial<Ask>): Ask => buy({ side: 'sell', ...more });
const pair = (stop: number, limit: number): Ask[] => [sell({ type: 'limit', limit, group: 'a' }), sell({ type: 'stop', stop, group: 'a' })];

test.each<[string, readonly Ask[], readonly number[]]>([
  ['market buy', [buy({})], [100]],
  ['buy limit 97', [buy({ type: 'limit', limit: 97 })], [97]],
  ['buy limit 101', [buy({ type: 'limit', limit: 101 })], [100]],
  ['buy limit 94', [buy({ type: 'limit', limit: 94 })], []],
  ['sell stop 96', [sell({ type: 'stop', stop: 96 })], [96]],
  ['sell stop 101: a gap', [sell({ type: 'stop', stop: 101 })], [100]],
  ['buy stop 103', [buy({ type: 'stop', stop: 103 })], [103]],
  ['stop 96 and target 104 of a group', pair(96, 104), [96]],
  ['stop 96 and target 99 of a group', pair(96, 99), [96]],
  ['buy stop-limit 103, 103.5', [buy({ type: 'stop_limit', stop: 103, limit: 103.5 })], [103]],
  ['buy stop-limit 103, 102.5', [buy({ type: 'stop_limit', stop: 103, limit: 102.5 })], [102.5]],
  ['sell trailing stop, 4 behind 101', [sell({ type: 'trailing_stop', trail: { price: parsePrice('4') } })], [97]],
])('%s', (_, asks, expected) => {
  expect(prices(asks)).toEqual(expected);
});

test.each<[string, Ask, Partial<FillSettings>, readonly number[]]>([
  ['ioc at the first price', buy({ type: 'limit', limit: 97, timeInForce: 'ioc' }), {}, []],
  ['cls at the close of the day', buy({ timeInForce: 'cls' }), {}, [102]],
  ['cls with a limit that the close is not as good as', buy({ type: 'limit', limit: 101, timeInForce: 'cls' }), {}, []],
  ['a slippage of a tenth of a percent', buy({}), { slippage: { kind: 'basisPoints', basisPoints: 10 } }, [100.1]],
  ['a slippage of a cent', buy({}), { slippage: { kind: 'fixed', amount: parsePrice('0.01') } }, [100.01]],
  ['slippage ends at the high', buy({}), { slippage: { kind: 'fixed', amount: parsePrice('9') } }, [105]],
  ['unless it may go beyond', buy({}), { slippage: { kind: 'fixed', amount: parsePrice('9') }, slipsBeyondBar: true }, [109]],
  ['half a spread', buy({}), { model: { kind: 'quote', halfSpreadBasisPoints: 5 } }, [100.05]],
  ['the close that decided', buy({}), { model: { kind: 'close' } }, [101]],
  ['a delay of a bar', buy({}), { delayBars: 1 }, [102]],
])('%s', (_, ask, fill, expected) => {
  expect(prices([ask], fill)).toEqual(expected);
});

test('a tenth of the volume: 444 shares, then 687', () => {
  const { fills } = run([buy({ quantity: 3000 })], { maxParticipation: 0.1 });
  expect(fills.map(({ quantity }) => formatFixed(quantity))).toEqual(['444', '687']);
});

test('a purchase beyond the cash is rejected when it would fill; beyond the leverage, too', () => {
  const over = run([buy({ quantity: 10_001 })]);
  expect([over.fills, over.orders[0]?.status]).toEqual([[], 'rejected']);
  expect(run([buy({ quantity: 10_001 })], { leverage: 2 }).fills).toHaveLength(1);
  expect(run([sell({ quantity: 20_001 })], { leverage: 2 }).fills).toEqual([]);
});

test('a notional order buys to the billionth, rounded down', () => {
  const { fills } = run([{ side: 'buy', type: 'market', notional: parseMoney('333.333333333') }]);
  expect(fills.map(({ quantity }) => formatFixed(quantity))).toEqual(['3.333333333']);
});

test('a stop-limit whose stop was reached bars ago waits behind the stop of its group, as any limit does', () => {
  const after = {
    ...bars,
    open: column(101, 100, 100),
    high: column(101, 105, 112),
    low: column(101, 95, 93),
    close: column(101, 102, 100),
  };
  const asks = [sell({ type: 'stop_limit', stop: 96, limit: 110, group: 'a' }), sell({ type: 'stop', stop: 94, group: 'a' })];
  const { fills } = runRule({ bars: [after], cash: 1_000_000 }, ({ ask }) => ({
    close(index) {
      if (index === 0) for (const one of asks) ask(one);
    },
  }));
  expect(fills.map(({ price }) => toNumber(price))).toEqual([94]);
});

test('a volume beyond all measure caps nothing, and breaks nothing', () => {
  const vast = { ...bars, volume: column(1e300, 1e300, 1e300) };
  const { fills } = runRule({ bars: [vast], cash: 1_000_000, fill: { maxParticipation: 0.1 } }, ({ ask }) => ({
    close(index) {
      if (index === 0) ask(buy({}));
    },
  }));
  expect(fills.map(({ quantity }) => formatFixed(quantity))).toEqual(['10']);
});

const perShare = { kind: 'perShare', rate: parseMoney('0.005'), least: parseMoney('1') } as const;

test.each<[string, Ask, Partial<FillSettings>, readonly string[]]>([
  ['ioc: 444 of 3,000, the rest is cancelled', buy({ quantity: 3000, timeInForce: 'ioc' }), { maxParticipation: 0.1 }, ['444 at 100']],
  ['fok: nothing of 3,000', buy({ quantity: 3000, timeInForce: 'fok' }), { maxParticipation: 0.1 }, []],
  ['fok: all of 400', buy({ quantity: 400, timeInForce: 'fok' }), { maxParticipation: 0.1 }, ['400 at 100']],
  ['opg: at the open', buy({ timeInForce: 'opg' }), {}, ['10 at 100']],
  ['opg: a limit that the open is not as good as', buy({ type: 'limit', limit: 97, timeInForce: 'opg' }), {}, []],
  ['cls: a limit that the close is as good as', buy({ type: 'limit', limit: 103, timeInForce: 'cls' }), {}, ['10 at 102']],
  ['volumeShare:0.1, a tenth of the volume', buy({ quantity: 444 }), { slippage: { kind: 'volumeShare', impact: 0.1 } }, ['444 at 101']],
])('%s', (_, ask, fill, expected) => {
  const { fills } = run([ask], fill);
  expect(fills.map(({ quantity, price }) => `${formatFixed(quantity)} at ${formatFixed(price)}`)).toEqual(expected);
});

test('entrySpread:0.002 is paid by what opens, and not by what closes', () => {
  const slippage = { kind: 'entrySpread', basisPoints: 20 } as const;
  const { fills } = runRule({ bars: [bars], cash: 10_000, fill: { slippage, slipsBeyondBar: true } }, ({ ask }) => ({
    close(index) {
      if (index < 2) ask(index === 0 ? buy({}) : sell({}));
    },
  }));
  expect(fills.map(({ price }) => formatFixed(price))).toEqual(['100.2', '102']);
});

test('a trailing stop 7 behind 101 stands at 94, then at 95 behind the close or at 98 behind the high', () => {
  const dip = { ...bars, low: column(101, 95, 97) };
  const trailed = (trailBy: FillSettings['trailBy']): number[] =>
    runRule({ bars: [dip], cash: 10_000, fill: { trailBy } }, ({ ask }) => ({
      close(index) {
        if (index === 0) ask(sell({ type: 'trailing_stop', trail: { price: parsePrice('7') } }));
      },
    })).fills.map(({ price }) => toNumber(price));
  expect([trailed('close'), trailed('extreme')]).toEqual([[], [98]]);
});

test.each<[string, Ask, FillSettings['commission'], string]>([
  ['perShare:0.005:1, ten shares: the least', buy({}), perShare, '1'],
  ['perShare:0.005:1, a thousand shares', buy({ quantity: 1000 }), perShare, '5'],
  ['percent:0.001:2, ten shares: the least', buy({}), { kind: 'percent', rate: 0.001, least: parseMoney('2') }, '2'],
  ['percent:0.001:2, a hundred shares', buy({ quantity: 100 }), { kind: 'percent', rate: 0.001, least: parseMoney('2') }, '10'],
  ['fixed:5, a thousand shares', buy({ quantity: 1000 }), { kind: 'fixed', amount: parseMoney('5'), rate: 0 }, '5'],
  ['fixed:5:0.001, ten shares', buy({}), { kind: 'fixed', amount: parseMoney('5'), rate: 0.001 }, '6'],
  ['alpaca, a thousand shares bought: CAT', buy({ quantity: 1000 }), { kind: 'alpaca' }, '0.003'],
  // $20.60 for a million dollars is 2.06, $0.000195 a share 0.195.
  ['alpaca, a thousand shares sold: SEC, TAF and CAT', sell({ quantity: 1000 }), { kind: 'alpaca' }, '2.258'],
])('%s', (_, ask, commission, expected) => {
  expect(run([ask], { commission }).fills.map((fill) => formatFixed(fill.commission))).toEqual([expected]);
});

test('alpaca, pairs: 25 basis points of the coins that are bought, of the dollars that are received, 15 for a limit that waited', () => {
  const pairOf = cryptoPair('BTC/USD' as AssetSymbol);
  const fee = (side: 'buy' | 'sell', rested: boolean): string[] => {
    const due = feeOf({ kind: 'alpaca' }, pairOf, { side, quantity: quantityOf(2), price: parsePrice('100'), rested });
    return [formatFixed(due.quantity), formatFixed(due.cash)];
  };
  expect([fee('buy', false), fee('sell', false), fee('sell', true)]).toEqual([
    ['0.005', '0'],
    ['0', '0.5'],
    ['0', '0.3'],
  ]);
});
