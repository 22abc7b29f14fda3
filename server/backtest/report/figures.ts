/** The headline, and the table of all metrics with their definitions on tap. */
import type { Figure, Unit } from '../metrics/definition.ts';
import { formatFigure } from '../metrics/format.ts';
import { FAMILIES, type Metrics, type Summary } from '../metrics/summary.ts';
import { type Html, html, joined, NOTHING } from './html.ts';

const HEADLINE: readonly (readonly [label: string, name: keyof Metrics, unit: Unit])[] = [
  ['Total return', 'totalReturn', 'fraction'],
  ['CAGR', 'cagr', 'fraction'],
  ['Max drawdown', 'maxDrawdown', 'fraction'],
  ['Sharpe ratio', 'sharpe', 'number'],
  ['Trades', 'trades', 'count'],
  ['Win rate', 'winRate', 'fraction'],
  ['Profit factor', 'profitFactor', 'number'],
  ['Exposure', 'exposure', 'fraction'],
];

export function headline(summary: Summary): Html {
  const cards = HEADLINE.map(
    ([label, name, unit]) => html`<div><dt>${label}</dt><dd>${formatFigure(summary[name], unit)}${beside(summary, name)}</dd></div>`,
  );
  return html`<dl class="headline">${joined(cards)}</dl>`;
}

/** A Sharpe ratio without its uncertainty is half of the truth. */
function beside({ sharpe, sharpeStandardError: error }: Summary, name: keyof Metrics): Html {
  return name === 'sharpe' && sharpe !== null && error !== null ? html` <small>± ${formatFigure(error, 'number')}</small>` : NOTHING;
}

export function metricsSection(summary: Summary): Html {
  const { period, periods, periodsPerYear, points } = summary;
  const families = FAMILIES.map(({ title, definitions }) => {
    const rows = Object.entries(definitions).map(([name, { label, unit, text }]) => {
      const value: Figure = summary[name as keyof Metrics];
      return { name, label, value, shown: formatFigure(value, unit), text };
    });
    if (rows.every(({ value }) => value === null)) return NOTHING;
    const items = rows.map(
      ({ name, label, shown, text }) =>
        html`<details data-metric="${name}"><summary><span>${label}</span><b>${shown}</b></summary><p>${text} <code>${name}</code></p></details>\n`,
    );
    return html`<div class="family"><h3>${title}</h3>${joined(items)}</div>`;
  });
  return html`<section id="metrics"><h2>Metrics</h2><p>Of ${periods} returns by the ${period}, ${periodsPerYear} a year; drawdowns and exposure of all ${points} points. A tap shows how a figure is computed; – is not defined.</p>
<div class="families">${joined(families)}</div></section>`;
}
