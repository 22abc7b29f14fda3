/** Bars, assets, calendar and clock, as the broker words them. */

import { z } from 'zod';
import { type Bar, barFault } from '#server/domain/bar.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { BORROW_STATUSES, type BorrowStatus, cryptoPair, equity, type Instrument } from '#server/domain/instrument.ts';
import type { Price, Quantity } from '#server/domain/money.ts';
import type { Quote } from '#server/domain/quote.ts';
import { type Instant, isInstant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { fixed } from './decimal.ts';
import { moment } from './schema.ts';

interface Candle {
  readonly symbol: string;
  readonly startsAt: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

function barOf(candle: Candle, context: z.RefinementCtx): Bar {
  const { startsAt } = candle;
  const fault = startsAt % MINUTE_MS === 0 ? barFault(candle) : 'it does not begin with a minute';
  if (fault !== undefined) {
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  }
  const { open, high, low, close, volume } = candle;
  return { symbol: candle.symbol as AssetSymbol, startsAt, endsAt: plus(startsAt, MINUTE_MS), open, high, low, close, volume };
}

/** A minute bar of the SDK's streams, and what is wrong with one that `barOfStream` does not take. */
export const StreamBar = z
  .object({
    symbol: z.string().min(1),
    timestamp: moment,
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
  })
  .transform(({ timestamp, ...rest }, context) => barOf({ ...rest, startsAt: timestamp }, context));

/**
 * The same by hand, for each that is as it should be: an order may wait for this one, and a schema takes as long as the engine does.
 * Anything else is nothing here.
 */
export function barOfStream(raw: unknown): Bar | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { symbol, timestamp, open, high, low, close, volume } = raw as Readonly<Record<string, unknown>>;
  if (typeof symbol !== 'string' || symbol === '' || !(timestamp instanceof Date)) return undefined;
  const startsAt = timestamp.getTime();
  if (!isInstant(startsAt) || startsAt % MINUTE_MS !== 0) return undefined;
  if (!isNumber(open) || !isNumber(high) || !isNumber(low) || !isNumber(close) || !isNumber(volume)) return undefined;
  const fault = barFault({ open, high, low, close, volume });
  return fault === undefined
    ? { symbol: symbol as AssetSymbol, startsAt, endsAt: plus(startsAt, MINUTE_MS), open, high, low, close, volume }
    : undefined;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/**
 * A quote of the SDK's streams. They come by the thousand a second, so this one is read by hand: a schema takes longer than
 * everything else that is done about it.
 */
export function quoteOf(raw: unknown): Quote | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { symbol, timestamp, bidPrice, bidSize, askPrice, askSize } = raw as Readonly<Record<string, unknown>>;
  if (typeof symbol !== 'string' || !(timestamp instanceof Date)) return undefined;
  const at = timestamp.getTime();
  if (!Number.isSafeInteger(at) || at < 0) return undefined;
  if (!isSize(bidPrice) || !isSize(bidSize) || !isSize(askPrice) || !isSize(askSize)) return undefined;
  return { symbol: symbol as AssetSymbol, at: at as Instant, bid: bidPrice, bidSize, ask: askPrice, askSize };
}

/** Of both tapes: trading halt, volatility pause; and trading goes on. Others, quotes that resume among them, change nothing. */
const HALTED: ReadonlySet<string> = new Set(['2', 'H', 'P']);
const RESUMED: ReadonlySet<string> = new Set(['3', 'T']);

/** A status of the stock stream; nothing where it says neither that trading stops nor that it goes on. */
export function statusOf(raw: unknown): { symbol: AssetSymbol; isHalted: boolean; reason: string } | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { symbol, statusCode, statusMessage, reasonCode, reasonMessage } = raw as Readonly<Record<string, unknown>>;
  if (typeof symbol !== 'string' || typeof statusCode !== 'string') return undefined;
  const isHalted = HALTED.has(statusCode);
  if (!isHalted && !RESUMED.has(statusCode)) return undefined;
  const words = [reasonCode, reasonMessage || statusMessage].filter((word) => typeof word === 'string' && word !== '');
  return { symbol: symbol as AssetSymbol, isHalted, reason: words.join(' ') || statusCode };
}

/** Limit up and limit down of the stock stream; where both are zero there is no band. */
export function bandOf(raw: unknown): { symbol: AssetSymbol; up: number; down: number } | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { symbol, limitUpPrice: up, limitDownPrice: down } = raw as Readonly<Record<string, unknown>>;
  if (typeof symbol !== 'string' || !isSize(up) || !isSize(down)) return undefined;
  const isBand = up > down || (up === 0 && down === 0);
  return isBand ? { symbol: symbol as AssetSymbol, up, down } : undefined;
}

/** An empty side is a zero. */
const isSize = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;

/** One page of history; each bar is then read by itself, so that a bad one does not take the others with it. */
export const BarsPage = z
  .object({ bars: z.record(z.string(), z.array(z.unknown())).nullish(), next_page_token: z.string().nullish() })
  .transform(({ bars, next_page_token }) => ({
    bars: Object.entries(bars ?? {}).flatMap(([symbol, list]) => list.map((raw) => ({ symbol, raw }))),
    nextPageToken: next_page_token ?? undefined,
  }));

/** A bar of such a page, with the symbol under which it was found. */
export const HistoryBar = z
  .object({
    symbol: z.string(),
    raw: z.object({ t: moment, o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() }),
  })
  .transform(({ symbol, raw: { t, o, h, l, c, v } }, context) =>
    barOf({ symbol, startsAt: t, open: o, high: h, low: l, close: c, volume: v }, context),
  );

const flag = z.boolean().nullish();

/** By its own word; by the flag that came before it where there is none. A word that nobody knows is none that allows. */
function borrowStatusOf(word: string | null | undefined, easyToBorrow: boolean | null | undefined): BorrowStatus | undefined {
  if (typeof word === 'string') return BORROW_STATUSES.find((known) => known === word);
  if (typeof easyToBorrow !== 'boolean') return undefined;
  return easyToBorrow ? 'easy_to_borrow' : 'hard_to_borrow';
}

export const Asset = z
  .object({
    symbol: z.string().min(1),
    class: z.string(),
    status: z.string(),
    tradable: z.boolean(),
    fractionable: flag,
    shortable: flag,
    borrow_status: z.string().nullish(),
    easy_to_borrow: flag,
    min_order_size: fixed.nullish(),
    min_trade_increment: fixed.nullish(),
    price_increment: fixed.nullish(),
  })
  .transform((wire): Instrument => {
    const tradable = wire.tradable && wire.status === 'active';
    const fractionable = wire.fractionable === true;
    if (wire.class !== 'crypto') {
      const borrowStatus = borrowStatusOf(wire.borrow_status, wire.easy_to_borrow);
      return { ...equity(wire.symbol), tradable, fractionable, shortable: wire.shortable === true, borrowStatus };
    }
    const pair = cryptoPair(wire.symbol);
    return {
      ...pair,
      tradable,
      fractionable,
      minQuantity: (wire.min_order_size || pair.minQuantity) as Quantity,
      quantityStep: (wire.min_trade_increment || pair.quantityStep) as Quantity,
      priceStep: (wire.price_increment || pair.priceStep) as Price,
    };
  });

/** New York's wall: "2026-11-20", "09:30", "16:00". */
export const CalendarDay = z.object({
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  open: z.string().regex(/^\d{2}:\d{2}$/),
  close: z.string().regex(/^\d{2}:\d{2}$/),
});
export type CalendarDay = z.output<typeof CalendarDay>;

export const ClockReading = z.object({ timestamp: moment, is_open: z.boolean() });
