/** What a sweep found: the best, how many were tried, and how much of it is luck. */
import { placesOf } from '#server/backtest/search/schedule.ts';
import { nameOf } from '#server/backtest/search/space.ts';
import { readReturns } from '#server/backtest/shell/trial-log.ts';
import { type Luck, luckOf } from '#server/backtest/validation/luck.ts';
import { type Overfitting, overfitting } from '#server/backtest/validation/overfitting.ts';
import type { Trial } from '#server/backtest/validation/trials.ts';
import type { Swept } from './sweep-carry-out.ts';
import { writeWhole } from './sweep-folder.ts';
import type { SweepOptions } from './sweep-options.ts';
import type { Tried } from './sweep-run.ts';
import type { Call } from './verb.ts';

interface Reported extends Swept {
  readonly options: SweepOptions;
  readonly top: number;
}

/** Blocks of the cross-validation: 252 ways to take half of them. */
const BLOCKS = 10;
/** More rows of returns than this are not looked at for overfitting: the best, and evenly from the others. */
const MOST_COMPARED = 500;

export function reportSweep(call: Call, done: Reported): void {
  const { tried, folder, instants, resumed, isWhole, options, top } = done;
  const ranked = tried.filter(({ score }) => score !== null).sort((a, b) => (b.score as number) - (a.score as number));
  const trials = readTrials(folder, tried, instants);
  const best = ranked[0] === undefined ? undefined : tried.indexOf(ranked[0]);
  const luck = best === undefined ? undefined : luckOf(trials, best, []);
  const fitted = overfitting(thinned(trials, best), BLOCKS);
  const summary = {
    sweep: options.kind.name,
    objective: options.terms(1).objective,
    folder,
    trials: tried.length,
    resumed,
    // Points of a grid whose parameters do not fit together.
    impossible: options.schedule.search === 'grid' && isWhole ? placesOf(options.schedule) - tried.length : null,
    whole: isWhole,
    best: ranked[0] === undefined ? null : told(ranked[0]),
    top: ranked.slice(0, top).map(told),
    deflatedSharpe: luck?.deflatedSharpe ?? null,
    probabilisticSharpe: luck?.probabilisticSharpe ?? null,
    probabilityOfOverfitting: fitted?.probability ?? null,
  };
  if (isWhole) writeWhole(folder, 'sweep.json', summary);
  if (call.json) call.print(JSON.stringify(summary));
  else printText(call, { ...done, ranked, luck, fitted });
}

const told = ({ nth, point, score, finalEquity, trades }: Tried) => ({ nth, params: point, score, finalEquity, trades });

function readTrials(folder: string, tried: readonly Tried[], instants: number): Trial[] {
  return readReturns(folder, tried.length, instants).map((returns, nth) => ({ name: nameOf((tried[nth] as Tried).point), returns }));
}

function thinned(trials: readonly Trial[], best: number | undefined): readonly Trial[] {
  const every = Math.ceil(trials.length / MOST_COMPARED);
  return trials.filter((_, nth) => nth === best || nth % every === 0);
}

interface Printed extends Reported {
  readonly ranked: readonly Tried[];
  readonly luck: Luck | undefined;
  readonly fitted: Overfitting | undefined;
}

function printText(call: Call, { tried, folder, resumed, isWhole, options, top, ranked, luck, fitted }: Printed): void {
  const { objective } = options.terms(1);
  call.print(`${options.kind.name}: ${tried.length} trials${resumed > 0 ? `, ${resumed} of them done before` : ''}; best by ${objective}`);
  for (const { point, score, finalEquity, trades } of ranked.slice(0, top)) {
    call.print(`  ${(score as number).toFixed(4).padStart(10)}  ${nameOf(point)}  final equity ${finalEquity}, ${trades} trades`);
  }
  if (ranked.length < tried.length) call.print(`  ${tried.length - ranked.length} trials have no ${objective}`);
  if (luck?.deflatedSharpe !== undefined && luck.deflatedSharpe !== null) {
    call.print(
      `deflated Sharpe ratio ${luck.deflatedSharpe.toFixed(3)}: ${luck.deflatedSharpe < 0.95 ? `not to be believed, the best of ${luck.trials} looks like this by luck` : `more than the luck of ${luck.trials} trials`}; of this sweep alone: "tradar validate" counts earlier ones too`,
    );
  }
  if (fitted !== undefined) {
    call.print(
      `probability of overfitting ${fitted.probability.toFixed(3)}: how often the best of one half was below the median of the other`,
    );
  }
  call.print(`kept in ${folder}`);
  if (!isWhole) call.print('stopped before its end: the same call goes on with what is missing');
}
