/** Who and what earned: trades by agent and by symbol. */
import { toNumber } from '#server/domain/money.ts';
import { plain } from '../metrics/format.ts';
import type { TradeRow } from '../result.ts';
import { type Html, html, joined, NOTHING } from './html.ts';

export interface Share {
  readonly name: string;
  /** Whole trades, or parts of those that several opened together. */
  readonly trades: number;
  readonly won: number;
  readonly profit: number;
  readonly commission: number;
}

/** A trade that several names share counts for each of them by an equal part. Largest profit first. */
export function sharesBy(trades: readonly TradeRow[], namesOf: (trade: TradeRow) => readonly string[]): Share[] {
  const shares = new Map<string, { trades: number; won: number; profit: number; commission: number }>();
  for (const trade of trades) {
    const names = namesOf(trade);
    const [profit, commission] = [toNumber(trade.profit), toNumber(trade.commission)];
    for (const name of names) {
      const share = shares.get(name) ?? { trades: 0, won: 0, profit: 0, commission: 0 };
      share.trades += 1 / names.length;
      share.won += profit > 0 ? 1 / names.length : 0;
      share.profit += profit / names.length;
      share.commission += commission / names.length;
      shares.set(name, share);
    }
  }
  return [...shares].map(([name, share]) => ({ name, ...share })).sort((a, b) => b.profit - a.profit || (a.name < b.name ? -1 : 1));
}

/** Rows of a table; what is beyond is told as a sum. */
const MOST_ROWS = 60;
const MOST_NAME = 80;

/** A name from outside can be of any length. */
export const shortened = (name: string, most = MOST_NAME): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

export function shareTable(id: string, title: string, note: string, shares: readonly Share[]): Html {
  if (shares.length === 0) return NOTHING;
  const shown = shares.length > MOST_ROWS ? [...shares.slice(0, MOST_ROWS - 1), rest(shares.slice(MOST_ROWS - 1))] : shares;
  const widest = shown.reduce((most, { profit }) => Math.max(most, Math.abs(profit)), 0);
  const heads = ['Trades', 'Won', 'Profit $', 'Costs $'].map((name) => html`<th scope="col">${name}</th>`);
  return html`<section id="${id}"><h2>${title}</h2><p>${note}</p>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table><thead><tr><th scope="col">Name</th>${joined(heads)}<th scope="col" class="bar"></th></tr></thead>
<tbody>${joined(shown.map((share) => shareRow(share, widest)))}</tbody></table></div></section>`;
}

function rest(shares: readonly Share[]): Share {
  const total = (of: (share: Share) => number): number => shares.reduce((sum, share) => sum + of(share), 0);
  return {
    name: `${shares.length} more`,
    trades: total(({ trades }) => trades),
    won: total(({ won }) => won),
    profit: total(({ profit }) => profit),
    commission: total(({ commission }) => commission),
  };
}

function shareRow({ name, trades, won, profit, commission }: Share, widest: number): Html {
  const count = Number.isInteger(trades) ? plain(trades, 0) : plain(trades, 1);
  const width = widest === 0 ? 0 : Math.round((Math.abs(profit) / widest) * 100);
  return html`<tr><th scope="row">${shortened(name)}</th><td>${count}</td><td>${plain((won / trades) * 100, 1)} %</td><td>${plain(profit, 2)}</td><td>${plain(commission, 2)}</td><td class="bar"><i class="${profit < 0 ? 'lost' : 'won'}" style="width:${width}%"></i></td></tr>\n`;
}
