/** Carries a backtest out, and keeps it in a folder that is whole or not there. */
import { basename, dirname, join, resolve } from 'node:path';
import { measure, type Summary, type SummaryOptions } from '#server/backtest/metrics/summary.ts';
import type { FillSettings, Work } from '#server/backtest/request.ts';
import type { BacktestResult, EquityCurve } from '#server/backtest/result.ts';
import type { Outcome } from '#server/backtest/run.ts';
import { dropAbandonedDrafts } from '#server/backtest/shell/abandoned-drafts.ts';
import { drive } from '#server/backtest/shell/drive.ts';
import { type Counts, Kept } from '#server/backtest/shell/kept.ts';
import { RunFolder } from '#server/backtest/shell/run-folder.ts';
import { BacktestError } from '#server/backtest/trader.ts';
import { cryptoPair, equity, isCryptoSymbol } from '#server/domain/instrument.ts';
import { formatFixed, type Money } from '#server/domain/money.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import { makeFolder } from '#server/exchange/wire/make-folder.ts';
import { barFailure, type Opened, type Source, sourceOf } from './backtest-bars.ts';
import type { Task } from './backtest-work.ts';
import { type CodeVersion, codeVersion } from './code-version.ts';
import { readHome } from './configured.ts';
import { diskFailure } from './disk-failure.ts';
import { Failure, misuse } from './failure.ts';
import { type Call, EXIT } from './verb.ts';

const THINNED = 'of this long curve the highest, the lowest and the last point of each day were measured';

const ROOM = 'make room, or give another --out; nothing of the run is left there';

export interface Assignment {
  readonly task: Task;
  readonly opened: Opened;
  readonly fill: FillSettings;
  readonly cash: Money;
  /** Of the metrics. */
  readonly terms: SummaryOptions;
}

export interface Done {
  readonly id: string;
  readonly folder: string;
  readonly assignment: Assignment;
  /** The agent of each deployment. */
  readonly agents: ReadonlyMap<string, string>;
  /** As the run's folder keeps it. */
  readonly config: RunConfig;
  readonly counts: Counts;
  /** Its rows are there only where an answer or a report has them; of decisions and orders those that were refused or not filled. */
  readonly result: BacktestResult;
  readonly summary: Summary;
}

export async function carryOut(call: Call, assignment: Assignment): Promise<Done> {
  const { task, opened, fill, cash } = assignment;
  const { streams } = opened;
  checkTimeframes(opened);
  const begunAt = Date.now();
  const path = folderOf(call, task.name, begunAt);
  const symbols = streams.map(({ symbol }) => symbol);
  const instruments = symbols.map((symbol) => (isCryptoSymbol(symbol) ? cryptoPair(symbol) : equity(symbol)));
  const heads = streams.map(({ head }) => head);
  const said = task.remarksOn?.(heads) ?? [];
  const work = task.workOn(heads, begunAt);
  let draft: RunFolder | undefined;
  const stop = (): never => {
    draft?.abandon();
    process.exit(EXIT.failed);
  };
  // Before there is a draft: a signal in between would leave it lying.
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    makeFolder(dirname(path));
    dropAbandonedDrafts(dirname(path));
    const folder = new RunFolder(path, symbols);
    draft = folder;
    const kept = new Kept({ rows: call.json || call.has('html'), refused: call.has('html') });
    const outcome = await drive({ instruments, cash, fill, work }, streams, (piece) => {
      folder.append(piece.curve, piece.rows);
      kept.add(piece);
    });
    const done = {
      id: basename(path),
      folder: path,
      assignment,
      agents: agentsOf(work),
      ...resultsOf(assignment, kept, outcome, begunAt, said),
    };
    folder.complete(textOfMoney(done.config), resultOf(done));
    return done;
  } catch (error) {
    draft?.abandon();
    throw error instanceof BacktestError
      ? new Failure({ code: 'backtest', message: error.message, hint: error.hint })
      : barFailure(diskFailure(error, 'the run', path, ROOM));
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await opened.close();
  }
}

function resultsOf(
  assignment: Assignment,
  kept: Kept,
  outcome: Outcome,
  begunAt: number,
  said: readonly string[],
): Pick<Done, 'config' | 'counts' | 'result' | 'summary'> {
  const { isThinned } = kept.curve;
  const curve = kept.curve.take();
  const { counts, closed, traded, fills, trades, refused: decisions, unfilled: orders } = kept;
  const summary = measure({ curve, trades: closed, traded }, assignment.terms);
  return {
    config: configOf(assignment, curve, outcome, begunAt),
    counts,
    result: { ...outcome, remarks: [...said, ...assignment.opened.remarks(), ...outcome.remarks], curve, orders, fills, trades, decisions },
    summary: isThinned ? { ...summary, remarks: [...summary.remarks, THINNED] } : summary,
  };
}

function checkTimeframes({ streams }: Opened): void {
  const [first, ...others] = streams;
  const other = others.find(({ timeframe }) => timeframe.name !== first?.timeframe.name);
  if (first === undefined || other === undefined) return;
  const message = `${first.path} has bars of ${first.timeframe.name}, ${other.path} of ${other.timeframe.name}`;
  throw misuse(message, 'bring them to one with --timeframe');
}

function folderOf(call: Call, name: string, at: number): string {
  const out = call.text('out');
  if (out !== undefined) return resolve(out);
  const stamp = stampSeconds(at).replace(/[-:Z]/g, '').replace('T', '-');
  return join(readHome(call), 'runs', `${stamp}-${name}-${process.pid.toString(36)}`);
}

export interface RunConfig {
  readonly begunAt: string;
  readonly code: CodeVersion;
  /** There is no chance in a backtest. */
  readonly seed: null;
  readonly work: object;
  readonly cash: Money;
  readonly fill: FillSettings;
  readonly timeframe: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly data: readonly Source[];
}

function configOf(
  { task, opened, fill, cash }: Assignment,
  { timestamp, length }: EquityCurve,
  outcome: Outcome,
  begunAt: number,
): RunConfig {
  return {
    begunAt: stampSeconds(begunAt),
    code: codeVersion(),
    seed: null,
    work: task.told,
    cash,
    fill,
    timeframe: opened.streams[0]?.timeframe.name,
    from: stampSeconds(timestamp[0] as number),
    to: stampSeconds(timestamp[length - 1] as number),
    data: opened.streams.map((stream, slot) => sourceOf(stream, outcome.barsBySlot[slot] ?? 0)),
  };
}

function agentsOf(work: Work): ReadonlyMap<string, string> {
  const deployments = work.kind === 'plan' ? work.plan.portfolios.flatMap((portfolio) => portfolio.deployments) : [];
  return new Map(deployments.map(({ id, agent }) => [id, agent]));
}

export const textOfMoney = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? formatFixed(inner) : inner))) as object;

const resultOf = ({ result, counts, summary: metrics }: Done): object => {
  const { finalEquity, finalCash, bars, remarks } = result;
  return textOfMoney({ finalEquity, finalCash, bars, ...counts, remarks, metrics });
};
