/** Carries a backtest out, and keeps it in a folder that is whole or not there. */
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Rows } from '#server/backtest/ledger.ts';
import type { FillSettings } from '#server/backtest/request.ts';
import type { BacktestResult, EquityCurve } from '#server/backtest/result.ts';
import { drive } from '#server/backtest/shell/drive.ts';
import { RunFolder } from '#server/backtest/shell/run-folder.ts';
import { BacktestError } from '#server/backtest/trader.ts';
import { cryptoPair, equity, isCryptoSymbol } from '#server/domain/instrument.ts';
import { formatFixed, type Money } from '#server/domain/money.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import type { Loaded } from './backtest-bars.ts';
import type { Task } from './backtest-work.ts';
import { codeVersion } from './code-version.ts';
import { readHome } from './configured.ts';
import { Failure } from './failure.ts';
import { progressBar } from './progress.ts';
import type { Call } from './verb.ts';

export interface Assignment {
  readonly task: Task;
  readonly loaded: Loaded;
  readonly fill: FillSettings;
  readonly cash: Money;
}

export interface Done {
  readonly id: string;
  readonly folder: string;
  readonly result: BacktestResult;
}

export async function carryOut(call: Call, assignment: Assignment): Promise<Done> {
  const { task, loaded, fill, cash } = assignment;
  const { bars } = loaded;
  const begunAt = Date.now();
  const path = folderOf(call, task.name, begunAt);
  const symbols = bars.map(({ symbol }) => symbol);
  const instruments = symbols.map((symbol) => (isCryptoSymbol(symbol) ? cryptoPair(symbol) : equity(symbol)));
  const whole = bars.reduce((sum, { length }) => sum + length, 0);
  mkdirSync(dirname(path), { recursive: true });
  const folder = new RunFolder(path, symbols);
  const bar = progressBar('backtest', whole, !call.json);
  const parts: { curve: EquityCurve; rows: Rows }[] = [];
  try {
    const outcome = await drive({ bars, instruments, cash, fill, work: task.workOn(bars) }, (piece) => {
      folder.append(piece.curve, piece.rows);
      parts.push(piece);
      bar.at(piece.bars);
    });
    const result: BacktestResult = { ...outcome, curve: joinCurves(parts), ...joinRows(parts) };
    folder.complete(configOf(assignment, begunAt), resultOf(result));
    return { id: path.split(/[\\/]/).at(-1) ?? path, folder: path, result };
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

function configOf({ task, loaded, fill, cash }: Assignment, begunAt: number): object {
  const { bars, sources } = loaded;
  return textOfMoney({
    begunAt: stampSeconds(begunAt),
    code: codeVersion(),
    // There is no chance in a backtest.
    seed: null,
    work: task.told,
    cash,
    fill,
    timeframe: bars[0]?.timeframe.name,
    from: stampSeconds(Math.min(...bars.map(({ startsAt }) => startsAt[0] as number))),
    to: stampSeconds(Math.max(...bars.map(({ startsAt, length }) => startsAt[length - 1] as number))),
    data: sources,
  });
}

const textOfMoney = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? formatFixed(inner) : inner))) as object;

const resultOf = ({ finalEquity, finalCash, bars, orders, fills, trades, remarks }: BacktestResult): object =>
  textOfMoney({ finalEquity, finalCash, bars, orders: orders.length, fills: fills.length, trades: trades.length, remarks });

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
