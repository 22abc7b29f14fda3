/** The few figures that a reader looks at first. */
import type { Unit } from './definition.ts';
import { formatFigure } from './format.ts';
import type { Metrics, Summary } from './summary.ts';

export const HEADLINE: readonly (readonly [label: string, name: keyof Metrics, unit: Unit])[] = [
  ['Total return', 'totalReturn', 'fraction'],
  ['CAGR', 'cagr', 'fraction'],
  ['Max drawdown', 'maxDrawdown', 'fraction'],
  ['Sharpe ratio', 'sharpe', 'number'],
  ['Trades', 'trades', 'count'],
  ['Win rate', 'winRate', 'fraction'],
  ['Profit factor', 'profitFactor', 'number'],
  ['Exposure', 'exposure', 'fraction'],
];

/** A Sharpe ratio without its uncertainty is half of the truth. */
export const uncertainty = ({ sharpe, sharpeStandardError: error }: Summary, name: keyof Metrics): string =>
  name === 'sharpe' && sharpe !== null && error !== null ? `± ${formatFigure(error, 'number')}` : '';

export const headlineOf = (summary: Summary): [label: string, text: string][] =>
  HEADLINE.map(([label, name, unit]) => [label, `${formatFigure(summary[name], unit)} ${uncertainty(summary, name)}`.trimEnd()]);
