/** `tradar data export`: a series as CSV, which an import reads back bit for bit. */
import { MINUTE } from '#server/domain/timeframe.ts';
import { misuse } from '../cli/failure.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import {
  ADJUSTMENT_FLAG,
  adjustmentOf,
  CONFIG_FLAG,
  FROM_FLAG,
  symbolsOf,
  TIMEFRAME_FLAG,
  TO_FLAG,
  timeframeOf,
  timeOf,
} from './series-flags.ts';

export const dataExport: Verb = {
  name: 'data export',
  summary: 'Writes bars as CSV, to a file or to stdout; what is not stored so is made of raw or shorter bars, as a backtest reads it.',
  flags: {
    symbol: { type: 'text', value: 'SYMBOL', help: 'of which symbol: AAPL or BTC/USD' },
    timeframe: { ...TIMEFRAME_FLAG, help: `${TIMEFRAME_FLAG.help} (default 1Min)` },
    adjustment: { ...ADJUSTMENT_FLAG, help: `${ADJUSTMENT_FLAG.help} (default raw)` },
    from: FROM_FLAG,
    to: TO_FLAG,
    out: { type: 'text', value: 'FILE', help: 'where to; gzipped when it ends in .gz (default: stdout)' },
    config: CONFIG_FLAG,
  },
  notes: ['tradar data export --symbol AAPL --timeframe 1Day --adjustment all --out AAPL.csv.gz'],
  async run(call) {
    const [symbol, ...more] = symbolsOf(call, 'symbol') ?? [];
    if (symbol === undefined || more.length > 0) throw misuse('which symbol?', 'give one as --symbol AAPL');
    const out = call.text('out');
    if (call.json && out === undefined) throw misuse('--json needs --out FILE', 'CSV on stdout would mix with the answer');
    const key = { symbol, timeframe: timeframeOf(call) ?? MINUTE, adjustment: adjustmentOf(call) ?? 'raw' };
    const span = { from: timeOf(call, 'from', symbol), to: timeOf(call, 'to', symbol) };
    const { readHome } = await import('../cli/configured.ts');
    const text = await csvOf(readHome(call), key, span);
    if (out === undefined) await toStdout(call, text);
    else {
      const { writeCsv } = await import('#server/adapters/bars/export-csv.ts');
      const bytes = await writeCsv(out, text);
      call.print(call.json ? JSON.stringify({ file: out, bytes }) : `${out}: ${bytes.toLocaleString('en-US')} bytes`);
    }
    return EXIT.done;
  },
};

interface Range {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

async function csvOf(
  home: string,
  key: Parameters<typeof import('#server/adapters/bars/series-file.ts').readSeries>[1],
  { from, to }: Range,
) {
  const { readSeries } = await import('#server/adapters/bars/series-file.ts');
  const { madeCsv, storedCsv } = await import('#server/adapters/bars/export-csv.ts');
  const series = readSeries(home, key);
  if (series !== undefined) return storedCsv(home, series, { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY });
  const { loadBars } = await import('#server/adapters/bars/load.ts');
  const { instant } = await import('#server/domain/time.ts');
  return madeCsv(
    loadBars({ home, ...key, from: from === undefined ? undefined : instant(from), to: to === undefined ? undefined : instant(to) }),
  );
}

/** In pieces, at the pace of who reads. */
async function toStdout(call: Call, text: Iterable<string>): Promise<void> {
  for (const piece of text) {
    if (piece !== '') call.print(piece.slice(0, -1));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
