/** Fetches several series side by side, tells how far it is, and ends in order on Ctrl-C. */

import { type FetchReport, fetchSeries } from '#server/adapters/bars/fetch.ts';
import { makeHome } from '#server/adapters/home.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import type { Span } from '#server/history/span.ts';
import { readHome } from '../cli/configured.ts';
import { Failure, misuse } from '../cli/failure.ts';
import { progressBar } from '../cli/progress.ts';
import type { Call } from '../cli/verb.ts';
import { type HistoryBroker, historyBroker } from './broker.ts';
import { adjustmentOf, symbolsOf, timeframeOf, timeOf } from './series-flags.ts';

/** Requests that are under way at once; the broker's budget holds all of them together. */
const AT_ONCE = 3;

interface Job {
  readonly key: SeriesKey;
  readonly wanted: Span;
}

/** True when there are bars of every symbol. */
export async function fetchAll(call: Call): Promise<boolean> {
  const broker = historyBroker(call);
  const home = readHome(call);
  const now = await broker.now();
  const jobs = jobsOf(call, now);
  makeHome(home);
  const whole = jobs.reduce((sum, { wanted }) => sum + wanted.to - wanted.from, 0);
  const progress = progressBar('fetching', whole, !call.json);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(interrupted());
  process.once('SIGINT', interrupt);
  let done = 0;
  try {
    const fetchOne = async ({ key, wanted }: Job): Promise<FetchReport> =>
      await fetchSeries({
        home,
        key,
        wanted,
        now,
        source: broker.source,
        sourceName: broker.nameFor(key.symbol),
        replace: call.has('replace'),
        signal: stop.signal,
        onProgress: (ms) => {
          done += ms;
          progress.at(done);
        },
      });
    const reports = await beforeAborted(stop, inTurns(jobs, stop, fetchOne));
    progress.end();
    return tell(call, broker, reports);
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
  }
}

const interrupted = (): Failure =>
  new Failure({ code: 'interrupted', message: 'stopped; what was fetched is stored', hint: 'the same command goes on from there' });

function jobsOf(call: Call, now: number): Job[] {
  const timeframe = timeframeOf(call) ?? MINUTE;
  return (symbolsOf(call) ?? []).map((symbol) => {
    const wanted = { from: timeOf(call, 'from', symbol) ?? now, to: timeOf(call, 'to', symbol) ?? now };
    if (wanted.from >= wanted.to) throw misuse('--from is not before --to', 'give a range that has some time in it');
    // Pairs are never split.
    return { key: { symbol, timeframe, adjustment: isCryptoSymbol(symbol) ? 'raw' : (adjustmentOf(call) ?? 'raw') }, wanted };
  });
}

/** A few at a time, in order; the first that fails ends all after their page. */
async function inTurns<Job, Result>(jobs: readonly Job[], stop: AbortController, work: (job: Job) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let nth = next++; nth < jobs.length && !stop.signal.aborted; nth = next++) results[nth] = await work(jobs[nth] as Job);
  };
  const workers = Array.from({ length: AT_ONCE }, async () => {
    try {
      await worker();
    } catch (error) {
      stop.abort(error);
    }
  });
  await Promise.all(workers);
  return results;
}

/** What is under way when it is aborted does not have to come to its end: between two pages everything is stored. */
async function beforeAborted<T>({ signal }: AbortController, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  return await Promise.race([work, aborted]);
}

function tell(call: Call, broker: HistoryBroker, reports: readonly FetchReport[]): boolean {
  if (call.json) call.print(JSON.stringify({ series: reports.map((report) => jsonOf(broker, report)) }));
  else for (const report of reports) call.print(lineOf(report));
  return reports.every(({ hasBars }) => hasBars);
}

const jsonOf = (broker: HistoryBroker, { key, added, changed, unreadable, pages, actions, hasBars }: FetchReport): object => ({
  symbol: key.symbol,
  timeframe: key.timeframe.name,
  adjustment: key.adjustment,
  source: broker.nameFor(key.symbol),
  added,
  changed,
  leftOut: unreadable,
  pages,
  actions: actions?.count ?? null,
  notAdjustedFor: actions?.unadjusted ?? [],
  hasBars,
});

function lineOf({ key, added, changed, unreadable, actions, hasBars }: FetchReport): string {
  const name = seriesName(key);
  if (!hasBars) return `${name}: no bars; check the symbol and the range`;
  const parts = [
    added === 0 && changed === 0 ? 'nothing new' : `${added} bars`,
    ...(changed > 0 ? [`${changed} replaced`] : []),
    ...(unreadable > 0 ? [`${unreadable} left out that can not be true`] : []),
    ...(actions === undefined ? [] : [`${actions.count} splits and dividends`]),
    ...(actions?.keptFrom === undefined ? [] : [`those of ${actions.keptFrom} were kept`]),
    ...(actions?.unadjusted ?? []).map((what) => `not adjusted for ${what}`),
  ];
  return `${name}: ${parts.join(', ')}`;
}
