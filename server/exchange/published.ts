/**
 * What is published at the end of a minute besides the bar itself: the running daily bar, price bands, imbalances before
 * the close, news, and – by chance, when the settings ask for it – late, corrected and canceled trades.
 */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { absorb, rolled, tapeBars } from './bar-history.ts';
import { dayBarAt } from './market/latest.ts';
import { articlesBetween } from './market/news.ts';
import { errorIn } from './tape-error.ts';
import { assetOf, type World } from './world.ts';

const IMBALANCES_BEFORE_CLOSE_MS = 10 * MINUTE_MS;
const BAND_MOVES_BY = 0.01;
const BAND_MINUTES = 5;

/** At the end of a minute, with the bars that ended. */
export function publishMinute(world: World, bars: readonly Bar[]): void {
  for (const bar of bars) {
    const { assetClass } = assetOf(world, bar.symbol).instrument;
    world.outbox.push({ kind: 'bar', assetClass, bar });
    if (!world.settings.publishTicks) continue;
    publishDay(world, bar, assetClass);
    if (assetClass === 'us_equity') publishForStock(world, bar);
  }
  publishNews(world);
}

function publishDay(world: World, bar: Bar, assetClass: 'us_equity' | 'crypto'): void {
  const { dayBars, dayOf } = world.published;
  const startsAt = dayOf[assetClass].startOf(bar.startsAt);
  const known = dayBars.get(bar.symbol);
  if (known?.startsAt === startsAt) absorb(known, rolled(bar));
  else dayBars.set(bar.symbol, dayBarAt(world, bar.symbol, assetClass === 'crypto' ? 'crypto' : 'stocks', bar.startsAt) ?? rolled(bar));
  const day = dayBars.get(bar.symbol);
  if (day) world.outbox.push({ kind: 'dailyBar', assetClass, symbol: bar.symbol, bar: { ...day } });
}

function publishForStock(world: World, bar: Bar): void {
  const { symbol } = bar;
  if (world.session) publishBand(world, symbol);
  const left = world.session ? world.session.closesAt - world.now : 0;
  if (left > 0 && left <= IMBALANCES_BEFORE_CLOSE_MS) world.outbox.push({ kind: 'imbalance', symbol, at: world.now, price: bar.close });
  const error = errorIn(world, bar);
  if (error?.event) world.outbox.push(error.event);
}

/** Whether bars are told again at all. */
export const mayUpdate = ({ settings }: World): boolean => settings.publishTicks && settings.tapeErrorChance > 0;

/** The bars of a minute that changed after they were told; called half a minute after its end. */
export function publishUpdates(world: World, bars: readonly Bar[]): void {
  for (const bar of bars) {
    const { symbol, assetClass } = assetOf(world, bar.symbol).instrument;
    const error = assetClass === 'us_equity' ? errorIn(world, bar) : undefined;
    if (error) world.outbox.push({ kind: 'updatedBar', assetClass, symbol, bar: error.bar });
  }
}

/** Limit up and limit down stand around the mean of the last five minutes, and are told when it has moved by one percent. */
function publishBand(world: World, symbol: AssetSymbol): void {
  let sum = 0;
  let count = 0;
  for (const bar of tapeBars(world, symbol, world.now - BAND_MINUTES * MINUTE_MS, world.now - MINUTE_MS)) {
    sum += (bar.high + bar.low + bar.close) / 3;
    count += 1;
  }
  if (count === 0) return;
  const middle = sum / count;
  const told = world.published.bands.get(symbol);
  if (told !== undefined && Math.abs(middle / told - 1) < BAND_MOVES_BY) return;
  world.published.bands.set(symbol, middle);
  const share = bandShare(middle);
  const cents = (value: number): number => Math.round(value * 100) / 100;
  world.outbox.push({ kind: 'band', symbol, at: world.now, up: cents(middle * (1 + share)), down: cents(middle * (1 - share)) });
}

/** The plan's shares for stocks of the first tier. */
function bandShare(price: number): number {
  if (price > 3) return 0.05;
  return price >= 0.75 ? 0.2 : Math.min(0.75, 0.15 / price);
}

function publishNews(world: World): void {
  for (const article of articlesBetween(world, world.published.newsUpTo, world.now)) world.outbox.push({ kind: 'news', article });
  world.published.newsUpTo = world.now;
}
