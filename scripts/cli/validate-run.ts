/** Makes the trials and carries every check out. */
import { availableParallelism } from 'node:os';
import { sample } from '#server/backtest/metrics/sampling.ts';
import type { BacktestResult } from '#server/backtest/result.ts';
import type { Scored } from '#server/backtest/search/sample.ts';
import type { Job } from '#server/backtest/search/schedule.ts';
import { nameOf } from '#server/backtest/search/space.ts';
import { runAgent, type TrialResult } from '#server/backtest/search/trial.ts';
import { readReturns } from '#server/backtest/shell/trial-log.ts';
import { workerPool } from '#server/backtest/shell/worker-pool.ts';
import * as finding from '#server/backtest/validation/finding.ts';
import { luckOf } from '#server/backtest/validation/luck.ts';
import { overfitting } from '#server/backtest/validation/overfitting.ts';
import { purgeLength } from '#server/backtest/validation/purge.ts';
import { randomEntries } from '#server/backtest/validation/random-entry.ts';
import { percentilesOf, resampleTrades } from '#server/backtest/validation/resample.ts';
import { sensitivityOf } from '#server/backtest/validation/sensitivity.ts';
import { outOfSample, type Trial } from '#server/backtest/validation/trials.ts';
import { purgedFolds, walkForward } from '#server/backtest/validation/windows.ts';
import { toNumber } from '#server/domain/money.ts';
import { seededChance } from '#server/exchange/random.ts';
import type { Loaded } from './backtest-bars.ts';
import { readHome } from './configured.ts';
import { earlierTrials } from './count-trials.ts';
import { progressBar } from './progress.ts';
import { carryOut, type Swept } from './sweep-carry-out.ts';
import { countOf } from './sweep-options.ts';
import type { ThreadJob } from './sweep-thread.ts';
import { lookAhead } from './validate-look-ahead.ts';
import type { Check, ValidationOptions } from './validate-options.ts';
import type { Call } from './verb.ts';

/** Everything the checks look at. */
interface Evidence {
  readonly call: Call;
  readonly options: ValidationOptions;
  readonly loaded: Loaded;
  readonly swept: Swept;
  readonly trials: readonly Trial[];
  /** Place of the trial under test. */
  readonly chosen: number;
  readonly config: unknown;
  readonly result: BacktestResult;
}

export interface Examined {
  /** The config that was judged: the one given, or the best of what varies. */
  readonly config: unknown;
  readonly findings: readonly finding.Finding[];
}

export async function examine(call: Call, options: ValidationOptions, loaded: Loaded): Promise<Examined> {
  const swept = await carryOut(call, options, loaded);
  const { tried, folder, instants } = swept;
  const returns = readReturns(folder, tried.length, instants);
  const trials = tried.map(({ point }, nth) => ({ name: nameOf(point), returns: returns[nth] as Float64Array }));
  const chosen = chosenOf(options, swept);
  const config = options.config ?? options.kind.schema.parse({ ...options.set, ...tried[chosen]?.point });
  const result = runAgent(options.kind, config, loaded.bars, options.terms(loaded.bars.length));
  const evidence = { call, options, loaded, swept, trials, chosen, config, result };
  const findings: finding.Finding[] = [];
  for (const check of options.checks) findings.push(await CARRY_OUT[check](evidence));
  return { config, findings };
}

/** The config under test stands among its neighbours; otherwise the best is what a person would have taken. */
function chosenOf({ config, schedule }: ValidationOptions, { tried }: Swept): number {
  if (config !== undefined) {
    const own = tried.findIndex(({ point }) => schedule.space.every(({ name }) => point[name] === config[name]));
    if (own >= 0) return own;
  }
  let best = 0;
  tried.forEach(({ score }, nth) => {
    if ((score ?? Number.NEGATIVE_INFINITY) > (tried[best]?.score ?? Number.NEGATIVE_INFINITY)) best = nth;
  });
  return best;
}

/** Ten tests, each judged after a training of three times its length. */
const TESTS = 13;
const TRAINING_TESTS = 3;

function walkForwardCheck({ trials, swept, result }: Evidence, anchored: boolean) {
  const test = Math.max(1, Math.floor(swept.instants / TESTS));
  const settings = { train: test * TRAINING_TESTS, test, gap: purgeLength(result), anchored };
  return finding.outOfSampleFinding(
    anchored ? 'walkForwardAnchored' : 'walkForwardRolling',
    outOfSample(trials, walkForward(swept.instants, settings)),
  );
}

/** As many blocks as leave each four returns, at most sixteen. */
const blocksFor = (instants: number): number => Math.min(16, Math.floor(instants / 8) * 2);

const EMBARGO_PART = 0.01;
const LEAST_TRADES = 10;
/** One history of bars for so many of trades: each is a backtest. */
const BARS_PER_DRAW = 10;

const CARRY_OUT: Readonly<Record<Check, (evidence: Evidence) => finding.Finding | Promise<finding.Finding>>> = {
  walkForwardRolling: (evidence) => walkForwardCheck(evidence, false),
  walkForwardAnchored: (evidence) => walkForwardCheck(evidence, true),
  purgedCrossValidation({ trials, swept, options, result }) {
    const settings = { folds: options.folds, purge: purgeLength(result), embargo: Math.ceil(swept.instants * EMBARGO_PART) };
    return finding.outOfSampleFinding('purgedCrossValidation', outOfSample(trials, purgedFolds(swept.instants, settings)));
  },
  overfitting: ({ trials, swept }) => finding.overfittingFinding(overfitting(trials, blocksFor(swept.instants))),
  deflatedSharpe({ call, options, loaded, swept, trials, chosen, result }) {
    const sha256 = new Set(loaded.sources.map((source) => source.sha256));
    const earlier = earlierTrials(readHome(call), { agent: options.kind.name, sha256, except: swept.folder });
    const { periodsPerYear } = sample(result.curve, undefined);
    const ofOnePeriod = earlier.map((sharpe) => sharpe / Math.sqrt(periodsPerYear));
    return finding.luckFinding(luckOf(trials, chosen, ofOnePeriod));
  },
  sensitivity({ swept }) {
    const scored = swept.tried.flatMap(({ point, score }): Scored[] => (score === null ? [] : [{ point, score }]));
    return finding.sensitivityFinding(sensitivityOf(scored));
  },
  monteCarloTrades({ options, result, loaded }) {
    if (result.trades.length < LEAST_TRADES) return finding.tradesFinding(undefined);
    const cash = toNumber(options.terms(loaded.bars.length).cash);
    const profits = result.trades.map(({ profit }) => toNumber(profit));
    return finding.tradesFinding(resampleTrades(profits, cash, options.draws, seededChance(options.seed)));
  },
  monteCarloBars: (evidence) => barsCheck(evidence),
  lookAhead: ({ options, loaded, config }) => finding.lookAheadFinding(lookAhead(options, config, loaded.bars)),
  randomEntry: ({ options, loaded, result }) =>
    finding.randomEntryFinding(randomEntries(result.trades, loaded.bars, options.draws, seededChance(options.seed))),
};

async function barsCheck({ call, options, loaded, config, result }: Evidence): Promise<finding.Finding> {
  const { kind, file, draws: wanted, seed } = options;
  const draws = Math.ceil(wanted / BARS_PER_DRAW);
  const terms = options.terms(loaded.bars.length);
  const threads = countOf(call, 'workers', 1, 256, availableParallelism());
  const workerData = { agent: kind.name, file, set: config, terms, bars: loaded.bars };
  const pool = workerPool<ThreadJob, TrialResult>({ module: new URL('./sweep-thread.ts', import.meta.url), threads, workerData });
  const bar = progressBar('drawn histories', draws, !call.json);
  const returns = new Float64Array(draws);
  let done = 0;
  try {
    const jobs = Array.from({ length: draws }, (_, nth): ThreadJob & Job => ({ nth, point: {}, history: seed + nth }));
    await pool.run(
      jobs.values(),
      ({ nth }, { finalEquity }) => {
        returns[nth] = Number(finalEquity) / toNumber(terms.cash) - 1;
        bar.at(++done);
      },
      () => false,
    );
  } finally {
    bar.end();
    await pool.close();
  }
  const real = toNumber(result.finalEquity) / toNumber(terms.cash) - 1;
  const part = (holds: (value: number) => boolean): number => returns.filter(holds).length / draws;
  const totalReturn = percentilesOf(returns);
  return finding.barsFinding({ draws, totalReturn, profitable: part((one) => one > 0), realRank: part((one) => one < real) });
}
