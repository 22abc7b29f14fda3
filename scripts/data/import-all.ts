/** Imports files one after the other; what is wrong with one does not keep the others out. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { firstLine } from '#server/adapters/bars/csv-stream.ts';
import { importActions } from '#server/adapters/bars/import-actions.ts';
import { type ImportReport, importBars } from '#server/adapters/bars/import-csv.ts';
import { makeHome } from '#server/adapters/home.ts';
import { BarFileError } from '#server/domain/bar-file.ts';
import { symbolOfFile } from '#server/domain/file-symbol.ts';
import { isActionsHeader } from '#server/history/actions-csv.ts';
import { parseSymbol, seriesName } from '#server/history/series.ts';
import { barFileFailure } from '../cli/bar-file-failure.ts';
import { readHome } from '../cli/configured.ts';
import { type Failure, failureOf, misuse } from '../cli/failure.ts';
import { progressBar } from '../cli/progress.ts';
import type { Call } from '../cli/verb.ts';
import { adjustmentOf, timeframeOf } from './series-flags.ts';
import { stamp } from './stamp.ts';

/** Another import of the same series is waited for. */
const WAIT_MS = 30_000;
const SOURCE = /^[A-Za-z0-9][A-Za-z0-9./_-]{0,39}$/;

interface Told {
  readonly line: string;
  readonly json: object;
}

/** True when all went in. */
export async function importAll(call: Call): Promise<boolean> {
  const flags = {
    timeframe: timeframeOf(call),
    adjustment: adjustmentOf(call) ?? 'raw',
    source: sourceOf(call),
    replace: call.has('replace'),
  };
  const home = readHome(call);
  makeHome(home);
  const failures: Failure[] = [];
  const told: object[] = [];
  for (const path of call.operands) {
    try {
      const { line, json } = await importOne(call, path, { home, ...flags });
      told.push({ file: path, ...json });
      if (!call.json) call.print(line);
    } catch (error) {
      const failure = error instanceof BarFileError ? barFileFailure(error) : failureOf(error);
      // Of several, all are told; the only one is told as every failure is.
      if (call.operands.length === 1) throw failure;
      const { code, message, hint, facts } = failure;
      failures.push(failure);
      told.push({ file: path, error: { code, message, hint, ...facts } });
      call.remark(`${message}\n  ${hint}`);
    }
  }
  if (call.json) call.print(JSON.stringify({ files: told }));
  return failures.length === 0;
}

function sourceOf(call: Call): string {
  const source = call.text('source') ?? 'csv';
  if (!SOURCE.test(source)) throw misuse(`--source ${source} is not a name`, 'give up to 40 letters and digits: --source alpaca/sip');
  return source;
}

interface Flags extends Pick<Parameters<typeof importBars>[0], 'home' | 'timeframe' | 'adjustment' | 'source' | 'replace'> {}

async function importOne(call: Call, path: string, flags: Flags): Promise<Told> {
  const now = Date.now();
  const given = call.text('symbol');
  if (isActionsHeader(await firstLine(path))) {
    const { home, source, replace } = flags;
    const symbol = given === undefined ? undefined : symbolNamed(given, path);
    const written = await importActions({ home, path, source, replace, now, symbols: symbol && [symbol] });
    const json = written.map((one) => ({ symbol: one.symbol, actions: one.actions.length }));
    const count = json.reduce((sum, { actions }) => sum + actions, 0);
    return { line: `${path}: ${count} splits and dividends of ${written.map((one) => one.symbol).join(', ')}`, json: { actions: json } };
  }
  const symbol = symbolNamed(given ?? symbolOfFile(basename(path)), path);
  const progress = progressBar(basename(path), statSync(path).size, !call.json);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    progress.at(done);
  };
  try {
    const report = await importBars({ ...flags, path, symbol, now, onBytes, waitMs: WAIT_MS });
    return { line: lineOf(path, report), json: jsonOf(report) };
  } finally {
    progress.end();
  }
}

function symbolNamed(text: string, path: string): NonNullable<ReturnType<typeof parseSymbol>> {
  const symbol = parseSymbol(text);
  if (symbol === undefined) throw misuse(`${path}: "${text}" is not a symbol`, 'say which it is with --symbol AAPL or --symbol BTC/USD');
  return symbol;
}

const jsonOf = ({ key, bars, added, same, changed, from, to, leftOut }: ImportReport): object => ({
  symbol: key.symbol,
  timeframe: key.timeframe.name,
  adjustment: key.adjustment,
  bars,
  added,
  same,
  changed,
  from: stamp(from),
  to: stamp(to),
  leftOut,
});

function lineOf(path: string, { key, bars, added, same, changed, from, to, leftOut }: ImportReport): string {
  const parts = [
    `${added.toLocaleString('en-US')} of ${bars.toLocaleString('en-US')} bars are new`,
    ...(same > 0 ? [`${same.toLocaleString('en-US')} were there`] : []),
    ...(changed > 0 ? [`${changed.toLocaleString('en-US')} were changed`] : []),
    `${stamp(from)} to ${stamp(to)}`,
    ...(leftOut.length > 0 ? [`left out: ${leftOut.join(', ')}`] : []),
  ];
  return `${path}: ${seriesName(key)}, ${parts.join(', ')}`;
}
