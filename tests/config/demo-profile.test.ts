/** The demo's profile on the demo's bars: a single recorded session shows orders that open, close, protect, and make or lose money. */
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { planOf } from '#config/plan.ts';
import { backtest } from '#server/backtest/backtest.ts';
import { DEFAULT_FILL } from '#server/backtest/request.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { parseMoney, toNumber } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { loadTape } from '#server/exchange/wire/load-tape.ts';

function demo() {
  const reading = loadConfig({ env: {}, flags: {}, cwd: '/' });
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return reading.config;
}

function columnsOf(bars: readonly Bar[]): BarColumns {
  const column = (field: 'startsAt' | 'endsAt' | 'open' | 'high' | 'low' | 'close' | 'volume') =>
    Float64Array.from(bars, (bar) => bar[field]);
  return {
    ...{ symbol: bars[0]!.symbol, timeframe: MINUTE, length: bars.length, startsAt: column('startsAt'), endsAt: column('endsAt') },
    ...{ open: column('open'), high: column('high'), low: column('low'), close: column('close'), volume: column('volume') },
  };
}

/** The recorded minutes of the first session, filled as a backtest fills. */
function playFirstSession() {
  const config = demo();
  const { plan } = planOf(config);
  const symbols = plan.portfolios.flatMap((one) => one.symbols);
  const tape = loadTape({ folder: config.demo.barsFolder, symbols });
  const opensAt = tape.series.get(symbols[0]!)![0]!.startsAt;
  const closesAt = (opensAt + 6.5 * 3_600_000) as Instant;
  const minutes = tape.minutes.filter(({ startsAt }) => startsAt >= opensAt && startsAt < closesAt);
  const bars = symbols.map((symbol) => columnsOf(minutes.flatMap((minute) => minute.bars.filter((bar) => bar.symbol === symbol))));
  const instruments = tape.assets.all.map(({ instrument }) => instrument);
  const work = { kind: 'plan', plan, sessions: [{ date: 'first', opensAt, closesAt }] } as const;
  return { config, symbols, result: backtest({ bars, instruments, cash: parseMoney(config.demo.cash), fill: DEFAULT_FILL, work }) };
}

test('one recorded session of the demo fills many orders within its limits, with each of its agents, symbols and exits', () => {
  const { config, symbols, result } = playFirstSession();
  expect(result.fills.length).toBeGreaterThanOrEqual(60);
  expect(new Set(result.fills.map(({ symbol }) => symbol))).toEqual(new Set(symbols));
  // A backtest has no history before its first bar: the range is not known yet.
  const refusals = result.remarks.filter((remark) => /refused|rejected/.test(remark));
  expect(refusals.filter((remark) => !remark.includes('exitsKnown'))).toEqual([]);
  expect(Math.min(...result.curve.equity)).toBeGreaterThan(Number(config.demo.cash) - toNumber(config.limits.maxDailyLoss));
  const hired = config.portfolios.flatMap(({ deployments }) => deployments.map(({ agent }) => agent));
  expect(new Set(hired)).toEqual(new Set(['ma-cross', 'rsi-reversion', 'bollinger-reversion']));
  expect(new Set(result.orders.map(({ type }) => type))).toEqual(new Set(['market', 'limit', 'stop', 'stop_limit', 'trailing_stop']));
});
