/** A sweep's trials by one worker thread and by two, interleaved in the same run: what a second core is worth. */

import { DEFAULT_FILL } from '#server/backtest/request.ts';
import type { Job } from '#server/backtest/search/schedule.ts';
import type { TrialResult, TrialTerms } from '#server/backtest/search/trial.ts';
import { shared } from '#server/backtest/shell/shared-columns.ts';
import { workerPool } from '#server/backtest/shell/worker-pool.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { type BenchReport, machine, median } from './machine.ts';
import { walk } from './walk.ts';

const BARS = 100_000;
const TRIALS = 32;
const ROUNDS = 5;
const THREAD = new URL('../cli/sweep-thread.ts', import.meta.url);

const TERMS: TrialTerms = {
  fraction: 0.95,
  mayShort: false,
  hours: 'always',
  fill: DEFAULT_FILL,
  cash: parseMoney('100000'),
  objective: 'sharpe',
};

function columns(): BarColumns {
  const bars = walk('AAPL', BARS, 7);
  const column = (pick: (bar: (typeof bars)[number]) => number): Float64Array => Float64Array.from(bars, pick);
  return shared({
    symbol: 'AAPL' as AssetSymbol,
    timeframe: MINUTE,
    length: BARS,
    startsAt: column(({ startsAt }) => startsAt),
    endsAt: column(({ endsAt }) => endsAt),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
  });
}

const jobs = (): Iterator<Job> => Array.from({ length: TRIALS }, (_, nth): Job => ({ nth, point: { fast: 5 + nth, slow: 60 } })).values();

interface Measured {
  measure(): Promise<number>;
  close(): Promise<void>;
}

async function trialsPerSecond(threads: number, bars: BarColumns): Promise<Measured> {
  const pool = workerPool<Job, TrialResult>({
    module: THREAD,
    threads,
    workerData: { agent: 'ma-cross', set: {}, terms: TERMS, bars: [bars] },
  });
  const run = (): Promise<void> =>
    pool.run(
      jobs(),
      () => undefined,
      () => false,
    );
  // Warm: a sweep of any size is.
  await run();
  return {
    async measure() {
      const begin = performance.now();
      await run();
      return (TRIALS * 1000) / (performance.now() - begin);
    },
    close: () => pool.close(),
  };
}

export async function benchSweep(): Promise<BenchReport> {
  const bars = columns();
  const measured = { one: [] as number[], two: [] as number[] };
  const [one, two] = [await trialsPerSecond(1, bars), await trialsPerSecond(2, bars)];
  for (let round = 0; round < ROUNDS; round++) {
    measured.one.push(await one.measure());
    measured.two.push(await two.measure());
  }
  await Promise.all([one.close(), two.close()]);
  const [alone, together] = [median(measured.one), median(measured.two)];
  return {
    bench: 'sweep',
    machine: machine(),
    results: [
      {
        what: 'trialsPerSecondByTwo',
        value: Math.round(together * 10) / 10,
        unit: `trials/s of ${BARS} bars`,
        versus: `one worker ${(Math.round(alone * 10) / 10).toString()} trials/s`,
        ratio: together / alone,
      },
      { what: 'barsPerSecondByTwo', value: Math.round(together * BARS), unit: 'bars/s' },
    ],
  };
}
