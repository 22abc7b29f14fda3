/** The headline, and the table of all metrics with their definitions on tap. */
import type { Figure } from '../metrics/definition.ts';
import { formatFigure } from '../metrics/format.ts';
import { HEADLINE, uncertainty } from '../metrics/headline.ts';
import { FAMILIES, type Metrics, type Summary } from '../metrics/summary.ts';
import { type Html, html, joined, NOTHING } from './html.ts';

export function headline(summary: Summary): Html {
  const cards = HEADLINE.map(
    ([label, name, unit]) =>
      html`<div><dt>${label}</dt><dd>${formatFigure(summary[name], unit)} <small>${uncertainty(summary, name)}</small></dd></div>`,
  );
  return html`<dl class="headline">${joined(cards)}</dl>`;
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
