/** Runs a backtest over bars that are all there, piece by piece, so that its progress can be told and its rows written as they come. */
import { setImmediate } from 'node:timers/promises';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { runOf } from '../backtest.ts';
import type { Rows } from '../ledger.ts';
import type { BacktestRequest } from '../request.ts';
import type { EquityCurve } from '../result.ts';
import type { Outcome } from '../run.ts';

export interface Piece {
  readonly curve: EquityCurve;
  readonly rows: Rows;
  /** Bars that have closed so far, of all symbols. */
  readonly bars: number;
}

const PIECE_BARS = 65_536;

/** `onPiece` gets everything once, in order. */
export async function drive(request: BacktestRequest, onPiece: (piece: Piece) => void): Promise<Outcome> {
  const { bars } = request;
  const run = runOf(request);
  const given = bars.map(() => 0);
  const offered = (): number => given.reduce((sum, count) => sum + count, 0);
  for (let hungry = run.advance(); hungry !== undefined; hungry = run.advance()) {
    const whole = bars[hungry] as BarColumns;
    const from = given[hungry] as number;
    const to = Math.min(whole.length, from + PIECE_BARS);
    run.offer(hungry, from === whole.length ? undefined : cut(whole, from, to));
    given[hungry] = to;
    if (hungry !== 0) continue;
    onPiece({ ...run.take(), bars: offered() });
    // A key or a signal is heard between pieces.
    await setImmediate();
  }
  const outcome = run.finish();
  onPiece({ ...run.take(), bars: outcome.bars });
  return outcome;
}

/** A view of some of the bars. */
function cut(columns: BarColumns, from: number, to: number): BarColumns {
  const part = (column: Float64Array): Float64Array => column.subarray(from, to);
  return {
    symbol: columns.symbol,
    timeframe: columns.timeframe,
    length: to - from,
    startsAt: part(columns.startsAt),
    endsAt: part(columns.endsAt),
    open: part(columns.open),
    high: part(columns.high),
    low: part(columns.low),
    close: part(columns.close),
    volume: part(columns.volume),
  };
}
