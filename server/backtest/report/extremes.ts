/** The trades that made or broke it. */
import { toNumber } from '#server/domain/money.ts';
import { plain } from '../metrics/format.ts';
import type { TradeRow } from '../result.ts';
import { shortened } from './breakdown.ts';
import { type Html, html, joined, NOTHING } from './html.ts';

const EACH = 5;
const MOST_REASON = 200;

/** `when` says an instant as the page says all of them. */
export function extremesTable(trades: readonly TradeRow[], when: (at: number) => string): Html {
  const sorted = trades.toSorted((a, b) => Number(b.profit - a.profit));
  const shown = sorted.length <= 2 * EACH ? sorted : [...sorted.slice(0, EACH), ...sorted.slice(-EACH)];
  if (shown.length === 0) return NOTHING;
  const rows = shown.map(
    ({ symbol, direction, profit, enteredAt, exitedAt, exitReason }) =>
      html`<tr><th scope="row">${shortened(symbol)}</th><td>${direction}</td><td>${plain(toNumber(profit), 2)}</td><td>${when(enteredAt)}</td><td>${when(exitedAt)}</td><td class="text">${shortened(exitReason, MOST_REASON)}</td></tr>\n`,
  );
  const heads = ['Side', 'Profit $', 'Entered', 'Left'].map((name) => html`<th scope="col">${name}</th>`);
  return html`<section id="extremes"><h2>Best and worst trades</h2><p>Dollars after commission.</p>
<div class="scroll" role="region" aria-label="Best and worst trades" tabindex="0"><table><thead><tr><th scope="col">Symbol</th>${joined(heads)}<th scope="col" class="text">Ended by</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div></section>`;
}
