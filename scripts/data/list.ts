/** `tradar data list`: the stored series, one a line. */
import type { SeriesFacts } from '#server/adapters/bars/inspect.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { type Call, EXIT, type Verb } from '../cli/verb.ts';
import { ADJUSTMENT_FLAG, CONFIG_FLAG, SYMBOLS_FLAG, TIMEFRAME_FLAG } from './series-flags.ts';
import { stamp } from './stamp.ts';

export const dataList: Verb = {
  name: 'data list',
  summary: 'Lists the stored series: what, from when to when, how many bars and gaps, from where, how large.',
  flags: {
    symbols: { ...SYMBOLS_FLAG, help: 'only these' },
    timeframe: { ...TIMEFRAME_FLAG, help: 'only of this' },
    adjustment: { ...ADJUSTMENT_FLAG, help: 'only so adjusted' },
    config: CONFIG_FLAG,
  },
  notes: ['Gaps are counted by the bounds of "tradar data verify", which tells them one by one.'],
  async run(call) {
    const { readHome } = await import('../cli/configured.ts');
    const { chosenSeries } = await import('./series-flags.ts');
    const { describeSeries } = await import('#server/adapters/bars/inspect.ts');
    const { BarStoreError } = await import('#server/adapters/bars/error.ts');
    const home = readHome(call);
    const rows: Row[] = [];
    for (const key of chosenSeries(call, home)) {
      try {
        const facts = describeSeries(home, key);
        if (facts !== undefined) rows.push({ key, facts });
      } catch (error) {
        if (!(error instanceof BarStoreError)) throw error;
        rows.push({ key, problem: error.message });
      }
    }
    if (call.json) call.print(JSON.stringify({ series: rows.map(jsonOf) }));
    else print(call, rows);
    return rows.some((row) => 'problem' in row) ? EXIT.failed : EXIT.done;
  },
};

type Row = { readonly key: SeriesKey } & ({ readonly facts: SeriesFacts } | { readonly problem: string });

const nameOf = ({ symbol, timeframe, adjustment }: SeriesKey) => ({ symbol, timeframe: timeframe.name, adjustment });

function jsonOf(row: Row): object {
  if ('problem' in row) return { ...nameOf(row.key), problem: row.problem };
  const { from, to, bars, gaps, source, bytes, complete, adjustedAt } = row.facts;
  return {
    ...nameOf(row.key),
    from: stamp(from),
    to: stamp(to),
    bars,
    gaps,
    source,
    bytes,
    complete: complete.map((span) => ({ from: stamp(span.from), to: stamp(span.to) })),
    adjustedAt: adjustedAt === undefined ? null : stamp(adjustedAt),
  };
}

const HEAD = ['symbol', 'timeframe', 'adjustment', 'from', 'to', 'bars', 'gaps', 'source', 'size'] as const;
const NUMBERS = new Set<string>(['bars', 'gaps', 'size']);

function print(call: Call, rows: readonly Row[]): void {
  if (rows.length === 0) {
    call.remark('nothing is stored; see "tradar data fetch --help" and "tradar data import --help"');
    return;
  }
  const lines = rows.flatMap((row) => ('facts' in row ? [cellsOf(row.facts)] : []));
  const widths = HEAD.map((name, nth) => Math.max(name.length, ...lines.map((cells) => (cells[nth] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, nth) => (NUMBERS.has(HEAD[nth] ?? '') ? cell.padStart(widths[nth] ?? 0) : cell.padEnd(widths[nth] ?? 0)))
      .join('  ')
      .trimEnd();
  if (lines.length > 0) for (const cells of [HEAD, ...lines]) call.print(line(cells));
  for (const row of rows) if ('problem' in row) call.print(row.problem);
}

const cellsOf = ({ key, from, to, bars, gaps, source, bytes }: SeriesFacts): string[] => [
  ...Object.values(nameOf(key)),
  stamp(from),
  stamp(to),
  bars.toLocaleString('en-US'),
  String(gaps),
  source,
  sizeText(bytes),
];

const sizeText = (bytes: number): string => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
