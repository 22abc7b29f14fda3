/** Carries a backtest out, and keeps it in a folder that is whole or not there. */
import { mkdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Rows } from '#server/backtest/ledger.ts';
import { summarise } from '#server/backtest/metrics/summarise.ts';
import type { Summary, SummaryOptions } from '#server/backtest/metrics/summary.ts';
import type { FillSettings, Work } from '#server/backtest/request.ts';
import type { BacktestResult, EquityCurve } from '#server/backtest/result.ts';
import { drive } from '#server/backtest/shell/drive.ts';
import { RunFolder } from '#server/backtest/shell/run-folder.ts';
import { BacktestError } from '#server/backtest/trader.ts';
import { cryptoPair, equity, isCryptoSymbol } from '#server/domain/instrument.ts';
import { formatFixed, type Money } from '#server/domain/money.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import type { Loaded, Source } from './backtest-bars.ts';
import type { Task } from './backtest-work.ts';
import { type CodeVersion, codeVersion } from './code-version.ts';
import { readHome } from './configured.ts';
import { Failure } from './failure.ts';
import { progressBar } from './progress.ts';
import type { Call } from './verb.ts';

export interface Assignment {
  readonly task: Task;
  readonly loaded: Loaded;
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
  readonly result: BacktestResult;
  readonly summary: Summary;
}

export async function carryOut(call: Call, assignment: Assignment): Promise<Done> {
  const { task, loaded, fill, cash, terms } = assignment;
  const { bars } = loaded;
  const begunAt = Date.now();
  const path = folderOf(call, task.name, begunAt);
  const symbols = bars.map(({ symbol }) => symbol);
  const instruments = symbols.map((symbol) => (isCryptoSymbol(symbol) ? cryptoPair(symbol) : equity(symbol)));
  const whole = bars.reduce((sum, { length }) => sum + length, 0);
  mkdirSync(dirname(path), { recursive: true });
  const folder = new RunFolder(path, symbols);
  const bar = progressBar('backtest', whole, !call.json);
  const work = task.workOn(bars);
  const parts: { curve: EquityCurve; rows: Rows }[] = [];
  try {
    const outcome = await drive({ bars, instruments, cash, fill, work }, (piece) => {
      folder.append(piece.curve, piece.rows);
      parts.push(piece);
      bar.at(piece.bars);
    });
    const result: BacktestResult = { ...outcome, curve: joinCurves(parts), ...joinRows(parts) };
    const config = configOf(assignment, begunAt);
    const summary = summarise(result, terms);
    folder.complete(textOfMoney(config), resultOf(result, summary));
    return { id: basename(path), folder: path, assignment, agents: agentsOf(work), config, result, summary };
  } catch (error) {
    folder.abandon();
    if (error instanceof BacktestError) throw new Failure({ code: 'backtest', message: error.message, hint: error.hint });
    throw error;
  } finally {
    bar.end();
  }
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

function configOf({ task, loaded, fill, cash }: Assignment, begunAt: number): RunConfig {
  const { bars, sources } = loaded;
  return {
    begunAt: stampSeconds(begunAt),
    code: codeVersion(),
    seed: null,
    work: task.told,
    cash,
    fill,
    timeframe: bars[0]?.timeframe.name,
    from: stampSeconds(Math.min(...bars.map(({ startsAt }) => startsAt[0] as number))),
    to: stampSeconds(Math.max(...bars.map(({ startsAt, length }) => startsAt[length - 1] as number))),
    data: sources,
  };
}

function agentsOf(work: Work): ReadonlyMap<string, string> {
  const deployments = work.kind === 'plan' ? work.plan.portfolios.flatMap((portfolio) => portfolio.deployments) : [];
  return new Map(deployments.map(({ id, agent }) => [id, agent]));
}

export const textOfMoney = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? formatFixed(inner) : inner))) as object;

const resultOf = ({ finalEquity, finalCash, bars, orders, fills, trades, remarks }: BacktestResult, metrics: Summary): object =>
  textOfMoney({ finalEquity, finalCash, bars, orders: orders.length, fills: fills.length, trades: trades.length, remarks, metrics });

function joinRows(parts: readonly { rows: Rows }[]): Pick<BacktestResult, 'orders' | 'fills' | 'trades' | 'decisions'> {
  return {
    orders: parts.flatMap(({ rows }) => rows.orders),
    fills: parts.flatMap(({ rows }) => rows.fills),
    trades: parts.flatMap(({ rows }) => rows.trades),
    decisions: parts.flatMap(({ rows }) => rows.decisions),
  };
}

function joinCurves(parts: readonly { curve: EquityCurve }[]): EquityCurve {
  const curves = parts.map(({ curve }) => curve);
  const length = curves.reduce((sum, curve) => sum + curve.length, 0);
  const joined = (pick: (curve: EquityCurve) => Float64Array): Float64Array => {
    const whole = new Float64Array(length);
    let at = 0;
    for (const curve of curves) {
      whole.set(pick(curve), at);
      at += curve.length;
    }
    return whole;
  };
  const symbols = curves[0]?.symbols ?? [];
  return {
    length,
    timestamp: joined(({ timestamp }) => timestamp),
    equity: joined(({ equity }) => equity),
    cash: joined(({ cash }) => cash),
    positions: symbols.map((_, slot) => joined(({ positions }) => positions[slot] as Float64Array)),
    symbols,
  };
}
