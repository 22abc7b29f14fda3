/** `tradar metrics`: what a curve and its trades are worth, by definitions that are written down. */
import { formatFigure } from '#server/backtest/metrics/format.ts';
import type { Summary, SummaryOptions } from '#server/backtest/metrics/summary.ts';
import { Failure, misuse } from './cli/failure.ts';
import { readText } from './cli/read-text.ts';
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
    benchmark: { type: 'text', value: 'FILE', help: 'another curve, or a file of bars, for alpha, beta and what is made of them' },
    'periods-per-year': {
      type: 'text',
      value: 'N',
      help: 'each line is a period, and there are so many in a year; otherwise daily closes',
    },
    'risk-free': { type: 'text', value: 'RATE', help: 'by the year, as a fraction: 0.04; default 0' },
    text: { type: 'switch', help: 'a table for people, which it prints anyway' },
  },
  notes: [
    'tradar metrics --equity equity.csv --trades trades.csv --json',
    'JSON has fractions, not percent (0.12 is 12 %), and null for what is not defined. Definitions: docs/metrics.md',
  ],
  async run(call) {
    if (call.json && call.has('text')) throw misuse('--json and --text exclude each other', 'give one of them');
    const equity = call.text('equity');
    if (equity === undefined) throw misuse('--equity is missing', 'give it as --equity FILE');
    const terms = termsOf(call);
    const { parseEquityFile } = await import('#server/backtest/sheets/equity-file.ts');
    const { parseTradesFile } = await import('#server/backtest/sheets/trades-file.ts');
    const { measure } = await import('#server/backtest/metrics/summary.ts');
    const [curve, trades, benchmark] = await Promise.all([
      parsed('equity', equity, parseEquityFile),
      parsed('trades', call.text('trades'), parseTradesFile),
      parsed('benchmark', call.text('benchmark'), parseEquityFile),
    ]);
    if (curve === undefined) throw misuse('--equity is missing', 'give it as --equity FILE');
    const summary = measure({ curve, trades }, { ...terms, benchmark });
    if (call.json) call.print(JSON.stringify(summary));
    else await printTable(call, summary);
    return EXIT.done;
  },
};

function termsOf(call: Call): SummaryOptions {
  const periodsPerYear = numberOf(call, 'periods-per-year', '252');
  const riskFree = numberOf(call, 'risk-free', '0.04');
  if (periodsPerYear !== undefined && periodsPerYear <= 0) {
    throw misuse('--periods-per-year is not above 0', 'days have 252, or 365 where weekends trade; months have 12');
  }
  if (riskFree !== undefined && (riskFree <= -1 || riskFree >= 1)) {
    throw misuse(`--risk-free ${riskFree} is no fraction`, 'four percent a year are 0.04');
  }
  return { periodsPerYear, riskFree };
}

function numberOf(call: Call, flag: string, example: string): number | undefined {
  const text = call.text(flag);
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw misuse(`--${flag} ${text} is not a number`, `give it as --${flag} ${example}`);
  return value;
}

const CODE = 'csvFile';

async function parsed<Content>(
  flag: string,
  path: string | undefined,
  parse: (file: { name: string; text: string }) => Content,
): Promise<Content | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(flag, path, CODE);
  const { SheetError } = await import('#server/backtest/sheets/sheet.ts');
  try {
    return parse({ name: path, text });
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    const { file, line, fault, remedy } = error;
    throw new Failure({ code: CODE, message: `${file}, line ${line}: ${fault}`, hint: remedy, facts: { file, line } });
  }
}

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
