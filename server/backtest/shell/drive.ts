/** Runs a backtest over bars that come chunk by chunk, so that its progress can be told and its rows written as they come. */
import { hireFor } from '../hire.ts';
import type { Rows } from '../ledger.ts';
import type { BacktestSettings, Work } from '../request.ts';
import type { EquityCurve } from '../result.ts';
import { BacktestRun, type Outcome } from '../run.ts';
import type { BarStream } from './bar-stream.ts';

export interface Piece {
  readonly curve: EquityCurve;
  readonly rows: Rows;
}

export interface Driven extends BacktestSettings {
  readonly work: Work;
}

/** `streams` in the order of the instruments; `onPiece` gets everything once, in order. */
export async function drive(
  settings: Driven,
  streams: readonly Pick<BarStream, 'next'>[],
  onPiece: (piece: Piece) => void,
): Promise<Outcome> {
  const run = new BacktestRun(settings, hireFor(settings.work, settings.cash));
  for (let hungry = run.advance(); hungry !== undefined; hungry = run.advance()) {
    onPiece(run.take());
    run.offer(hungry, await streams[hungry]?.next());
  }
  const outcome = run.finish();
  onPiece(run.take());
  return outcome;
}
