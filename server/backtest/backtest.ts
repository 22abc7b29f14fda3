/** A whole backtest at once: bars and a plan (or a script) in, curve, orders, fills, trades and decisions out. */
import type { Instrument } from '#server/domain/instrument.ts';
import { hireFor } from './hire.ts';
import type { BacktestRequest } from './request.ts';
import type { BacktestResult } from './result.ts';
import { BacktestRun } from './run.ts';
import { BacktestError } from './trader.ts';

export function backtest(request: BacktestRequest): BacktestResult {
  const { bars } = request;
  const run = runOf(request);
  for (const [slot, columns] of bars.entries()) run.offer(slot, columns);
  for (const slot of bars.keys()) run.offer(slot, undefined);
  run.expect(Math.max(...bars.map(({ length }) => length)));
  run.advance();
  const { finalEquity, finalCash, bars: count, remarks } = run.finish();
  const { curve, rows } = run.take();
  return { curve, ...rows, finalEquity, finalCash, bars: count, remarks };
}

/** The run of a request, before its first bar; slots are in the order of the request's bars. */
export function runOf(request: BacktestRequest): BacktestRun {
  check(request);
  const instruments = request.bars.map(({ symbol }) => request.instruments.find((one) => one.symbol === symbol) as Instrument);
  return new BacktestRun({ ...request, instruments }, hireFor(request.work, request.cash));
}

function check({ bars, instruments, fill }: BacktestRequest): void {
  const [first] = bars;
  if (first === undefined) throw new BacktestError('there are no bars', 'give the bars of one symbol at least');
  for (const [nth, { symbol, timeframe, length }] of bars.entries()) {
    if (length === 0) throw new BacktestError(`there are no bars of ${symbol}`, 'give a range that has some');
    if (bars.findIndex((one) => one.symbol === symbol) !== nth) {
      throw new BacktestError(`${symbol} is there twice`, 'give the bars of a symbol once');
    }
    if (timeframe.name !== first.timeframe.name) {
      throw new BacktestError(
        `${first.symbol} has bars of ${first.timeframe.name}, ${symbol} of ${timeframe.name}`,
        'bring them to one timeframe; agents that look at longer bars make them themselves',
      );
    }
    if (!instruments.some((one) => one.symbol === symbol)) {
      throw new BacktestError(`it is not said how ${symbol} trades`, 'give an instrument for each symbol');
    }
  }
  if (fill.maxParticipation !== undefined && !(fill.maxParticipation > 0 && fill.maxParticipation <= 1)) {
    throw new BacktestError(`${fill.maxParticipation} of the volume is not possible`, 'give a part above 0, at most 1');
  }
}
