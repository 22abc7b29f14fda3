/** Trades as dots. Those that would lie on one another are drawn once, so that a hundred thousand trades stay a small picture. */
import { toNumber } from '#server/domain/money.ts';
import type { TradeRow } from '../result.ts';
import { chartFrame, timeTicks } from './chart.ts';
import { type Html, html, NOTHING } from './html.ts';
import { type Scale, scaleWithZero, valueTicks, WIDTH, yOf } from './scale.ts';

interface Dot {
  /** Share of the width. */
  readonly x: number;
  readonly y: number;
}

/** Dots nearer than this, in units of the picture, are one. */
const GRAIN = 5;

function dots(all: readonly Dot[], scale: Scale): string {
  const taken = new Set<number>();
  const path: string[] = [];
  for (const { x, y } of all) {
    const [column, row] = [Math.round((x * WIDTH) / GRAIN), Math.round(Number(yOf(scale, y)) / GRAIN)];
    const place = column * 10_000 + row;
    if (taken.has(place)) continue;
    taken.add(place);
    path.push(`M${column * GRAIN} ${row * GRAIN}h0`);
  }
  return path.join('');
}

const picture = (all: readonly Dot[], scale: Scale): Html =>
  html`<path class="dots lost" d="${dots(
    all.filter(({ y }) => y < 0),
    scale,
  )}"/><path class="dots won" d="${dots(
    all.filter(({ y }) => y >= 0),
    scale,
  )}"/>`;

/** Profit of each trade, where it ended. */
export function profitByTime(trades: readonly TradeRow[], timestamp: ArrayLike<number>): Html {
  if (trades.length === 0) return NOTHING;
  const all = trades.map(({ exitBar, profit }) => ({ x: exitBar / Math.max(1, timestamp.length - 1), y: toNumber(profit) }));
  const scale = scaleWithZero(leastOf(all), mostOf(all));
  return chartFrame({
    id: 'profits',
    title: 'Profit of each trade',
    note: 'Dollars after commission, where the trade ended.',
    label: `Profits of ${trades.length} trades over time, from ${leastOf(all)} to ${mostOf(all)} dollars`,
    tone: 'accent',
    picture: picture(all, scale),
    ticks: valueTicks(scale, 'dollars'),
    times: timeTicks(timestamp),
    data: NOTHING,
  });
}

/** What each trade suffered on its way against what it came to: losses taken late lie far to the left. */
export function profitByAdversity(trades: readonly TradeRow[]): Html {
  const shares = trades.flatMap(({ maxAdverse, profit, entryPrice, quantity }) => {
    const value = toNumber(entryPrice) * Math.abs(toNumber(quantity));
    return value > 0 ? [{ adverse: Math.min(0, maxAdverse) / value, y: toNumber(profit) / value }] : [];
  });
  const worst = shares.reduce((least, { adverse }) => Math.min(least, adverse), 0);
  if (shares.length === 0 || worst === 0) return NOTHING;
  const all = shares.map(({ adverse, y }) => ({ x: 1 - adverse / worst, y }));
  const scale = scaleWithZero(leastOf(all), mostOf(all));
  return chartFrame({
    id: 'adversity',
    title: 'Return against the worst on the way',
    note: 'Across: maximum adverse excursion (MAE). Up: return of the trade. Both as shares of the entry value.',
    label: `Returns of ${all.length} trades by their maximum adverse excursion, which reaches ${(worst * 100).toFixed(2)} percent`,
    tone: 'accent',
    picture: picture(all, scale),
    ticks: valueTicks(scale, 'fraction'),
    times: [0, 0.5, 1].map((at) => ({ value: at, at, text: `${(worst * (1 - at) * 100).toFixed(2).replace(/^-(?=0\.00$)/, '')} %` })),
    data: NOTHING,
  });
}

const leastOf = (all: readonly Dot[]): number => all.reduce((least, { y }) => Math.min(least, y), Number.POSITIVE_INFINITY);
const mostOf = (all: readonly Dot[]): number => all.reduce((most, { y }) => Math.max(most, y), Number.NEGATIVE_INFINITY);
