/** The examples of docs/backtesting.md: what each order does in a bar with open 100, high 105, low 95 and close 102. */
import { expect, test } from 'vitest';
import type { FillSettings } from '#server/backtest/request.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parsePrice, toNumber } from '#server/domain/money.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { type Ask, runRule } from './rule-trader.ts';

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
