/** Returns month by month: a row a year, tinted by size; the sign is in the number, not in the colour alone. */

import type { MonthReturn, YearReturn } from '../metrics/calendar.ts';
import type { Figure } from '../metrics/definition.ts';
import { plain } from '../metrics/format.ts';
import { type Html, html, joined, NOTHING } from './html.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A return of this size has the full tint. */
const FULL = 0.1;
const MOST_TINT = 42;

function cell(value: Figure | undefined): Html {
  if (value === undefined) return html`<td></td>`;
  if (value === null) return html`<td>–</td>`;
  const tint = Math.round(Math.min(1, Math.abs(value) / FULL) * MOST_TINT);
  return html`<td class="${value < 0 ? 'down' : 'up'}" style="--tint:${tint}%">${plain(value * 100, 2)}</td>`;
}

export function monthlyTable(months: readonly MonthReturn[], years: readonly YearReturn[]): Html {
  if (months.length === 0) return NOTHING;
  const known = new Map(months.map(({ year, month, value }) => [year * 12 + month, value]));
  const rows = years.map(
    ({ year, value }) =>
      html`<tr><th scope="row">${year}</th>${joined(MONTHS.map((_, nth) => cell(known.get(year * 12 + nth + 1))))}${cell(value)}</tr>\n`,
  );
  const heads = [...MONTHS, 'Year'].map((name) => html`<th scope="col">${name}</th>`);
  return html`<section id="months"><h2>Returns by month</h2><p>Percent, from the last point of one month to that of the next; the first from the start of the curve.</p>
<div class="scroll" role="region" aria-label="Returns by month" tabindex="0"><table><thead><tr><th scope="col">Year</th>${joined(heads)}</tr></thead>
<tbody>${joined(rows)}</tbody></table></div></section>`;
}
