/** On which terms metrics are computed: the flags that `tradar metrics` and `tradar backtest` share. */
import type { SummaryOptions } from '#server/backtest/metrics/summary.ts';
import { misuse } from './failure.ts';
import { readSheet } from './read-sheet.ts';
import type { Call, Flag } from './verb.ts';

export const METRIC_FLAGS: Readonly<Record<string, Flag>> = {
  benchmark: { type: 'text', value: 'FILE', help: 'another curve, or a file of bars, for alpha, beta and what is made of them' },
  'periods-per-year': {
    type: 'text',
    value: 'N',
    help: 'each point of the curve is a period, and there are so many in a year; otherwise daily closes',
  },
  'risk-free': { type: 'text', value: 'RATE', help: 'by the year, as a fraction: 0.04; default 0' },
};

/** What is wrong in them is said before any work is done. */
export async function metricTerms(call: Call): Promise<SummaryOptions> {
  const periodsPerYear = numberOf(call, 'periods-per-year', '252');
  const riskFree = numberOf(call, 'risk-free', '0.04');
  if (periodsPerYear !== undefined && periodsPerYear <= 0) {
    throw misuse('--periods-per-year is not above 0', 'days have 252, or 365 where weekends trade; months have 12');
  }
  if (riskFree !== undefined && (riskFree <= -1 || riskFree >= 1)) {
    throw misuse(`--risk-free ${riskFree} is no fraction`, 'four percent a year are 0.04');
  }
  const { parseEquityFile } = await import('#server/backtest/sheets/equity-file.ts');
  return { periodsPerYear, riskFree, benchmark: await readSheet('benchmark', call.text('benchmark'), parseEquityFile) };
}

function numberOf(call: Call, flag: string, example: string): number | undefined {
  const text = call.text(flag);
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw misuse(`--${flag} ${text} is not a number`, `give it as --${flag} ${example}`);
  return value;
}
