/** `tradar metrics`: what a curve and its trades are worth, by definitions that are written down. */
import { formatFigure } from '#server/backtest/metrics/format.ts';
import type { Summary } from '#server/backtest/metrics/summary.ts';
import { misuse } from './cli/failure.ts';
import { METRIC_FLAGS, metricTerms } from './cli/metric-terms.ts';
import { readSheet } from './cli/read-sheet.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

export const metrics: Verb = {
  name: 'metrics',
  summary: 'Computes return, risk, drawdown and trade metrics of any equity curve.',
  flags: {
    equity: {
      type: 'text',
      value: 'FILE',
      help: 'CSV of timestamp|date,equity; gzipped when it ends in .gz; cash and position columns are used',
    },
    trades: { type: 'text', value: 'FILE', help: 'CSV of closed trades: profit, and what else is known (docs/metrics.md)' },
    ...METRIC_FLAGS,
    text: { type: 'switch', help: 'a table for people, which it prints anyway' },
  },
  notes: [
    'tradar metrics --equity equity.csv --trades trades.csv --json',
    'JSON has fractions, not percent (0.12 is 12 %), and null for what is not defined. Definitions: docs/metrics.md',
  ],
  async run(call) {
    if (call.json && call.has('text')) throw misuse('--json and --text exclude each other', 'give one of them');
    const terms = await metricTerms(call);
    const { parseEquityFile } = await import('#server/backtest/sheets/equity-file.ts');
    const { parseTradesFile } = await import('#server/backtest/sheets/trades-file.ts');
    const { measure } = await import('#server/backtest/metrics/summary.ts');
    const curve = await readSheet('equity', call.text('equity'), parseEquityFile);
    if (curve === undefined) throw misuse('--equity is missing', 'give it as --equity FILE');
    const summary = measure({ curve, trades: await readSheet('trades', call.text('trades'), parseTradesFile) }, terms);
    if (call.json) call.print(JSON.stringify(summary));
    else await printTable(call, summary);
    return EXIT.done;
  },
};

async function printTable(call: Call, summary: Summary): Promise<void> {
  const { FAMILIES } = await import('#server/backtest/metrics/summary.ts');
  const { from, to, points, periods, period, periodsPerYear } = summary;
  call.print(`${from} to ${to}: ${points} points, ${periods} returns by the ${period}, ${periodsPerYear} a year`);
  for (const { title, definitions } of FAMILIES) {
    const rows = Object.entries(definitions).map(([name, { label, unit }]) => ({
      name,
      label,
      value: summary[name as keyof Summary],
      unit,
    }));
    if (rows.every(({ value }) => value === null)) continue;
    call.print(`\n${title}`);
    for (const { name, label, value, unit } of rows) {
      call.print(`  ${label.padEnd(38)}${formatFigure(value as number | null, unit).padStart(18)}  ${name}`);
    }
  }
  for (const remark of summary.remarks) call.remark(`remark: ${remark}`);
}
