/** A report of a made-up result. */
import { summarise } from '#server/backtest/metrics/summarise.ts';
import { type ReportInput, renderReport } from '#server/backtest/report/render.ts';
import { type MadeUp, madeUpResult } from './made-up.ts';

export function makeReport(wanted: MadeUp, changes: Partial<ReportInput> = {}): string {
  const result = changes.result ?? madeUpResult(wanted);
  return renderReport({
    title: 'ma-cross on AAPL',
    result,
    summary: summarise(result),
    assumed: ['Market orders fill at the open of the next bar.'],
    agents: new Map([['trend', 'ma-cross']]),
    provenance: {
      run: '20260101-101500-ma-cross',
      begunAt: '2026-01-01T10:15:00Z',
      code: '0.1.0, commit 0123abc',
      seed: 'none',
      data: [{ symbol: 'AAPL', file: 'AAPL.csv.gz', sha256: 'e3b0c442', bars: wanted.bars }],
      config: { agent: 'ma-cross', fast: 10 },
    },
    ...changes,
  });
}
