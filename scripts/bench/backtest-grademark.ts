/** The same cross in grademark, which has no ledger and no risk, and is given the averages ready-made. */
import { createRequire } from 'node:module';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { Sma } from '#server/indicators/sma.ts';

interface CrossBar {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Which average is above at this close, and which was before. */
  readonly side: number;
  readonly before: number;
}

/** What we use of it: its own types want four parameters, and so give none. */
interface Grademark {
  backtest(
    strategy: {
      entryRule(enterPosition: (options: { direction: string }) => void, args: { readonly bar: CrossBar }): void;
      exitRule(exitPosition: () => void, args: { readonly bar: CrossBar }): void;
    },
    bars: unknown,
  ): readonly unknown[];
}

const require = createRequire(import.meta.url);

/** A function that runs it once and answers how many trades there were. */
export function grademarkCross(columns: BarColumns, fast: number, slow: number): () => number {
  const { backtest } = require('grademark') as Grademark;
  const { DataFrame } = require('data-forge') as typeof import('data-forge');
  const frame = new DataFrame<number, CrossBar>(crossBars(columns, fast, slow));
  return () =>
    backtest(
      {
        entryRule(enterPosition, { bar }) {
          if (bar.before < 0 && bar.side > 0) enterPosition({ direction: 'long' });
        },
        exitRule(exitPosition, { bar }) {
          if (bar.before > 0 && bar.side < 0) exitPosition();
        },
      },
      frame,
    ).length;
}

function crossBars({ length, startsAt, open, high, low, close, volume }: BarColumns, fast: number, slow: number): CrossBar[] {
  const [quick, lame] = [new Sma(fast), new Sma(slow)];
  let before = 0;
  return Array.from({ length }, (_, nth) => {
    const closes = close[nth] as number;
    const side = Math.sign(quick.next(closes) - lame.next(closes)) || 0;
    const bar = {
      time: new Date(startsAt[nth] as number),
      open: open[nth] as number,
      high: high[nth] as number,
      low: low[nth] as number,
      close: closes,
      volume: volume[nth] as number,
      side,
      before,
    };
    before = side;
    return bar;
  });
}
