/** A small market to test with: a few minutes of chosen prices, and short words for asking. */

import type { Bar } from '#server/domain/bar.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { cryptoPair, equity } from '#server/domain/instrument.ts';
import { type Instant, instant, MINUTE_MS } from '#server/domain/time.ts';
import type { Exchange } from '#server/exchange/contract.ts';
import type { OutgoingEvent, TradeUpdate } from '#server/exchange/events.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import type { ExchangeRequest, OrderFilter, OrderRequest } from '#server/exchange/requests.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { makeTape, type Series, type Tape } from '#server/exchange/tape.ts';

/** Monday 2019-02-11, 09:30 in New York. */
export const OPEN = instant(Date.parse('2019-02-11T14:30:00Z'));
export const at = (minutes: number, ms = 0): Instant => instant(OPEN + minutes * MINUTE_MS + ms);

export type Candle = readonly [open: number, high: number, low: number, close: number];

/** Bars of consecutive minutes; null leaves a minute out, a number is a flat candle. */
export function barsOf(symbol: string, candles: readonly (Candle | number | null)[], from: number = OPEN): Bar[] {
  const bars: Bar[] = [];
  candles.forEach((candle, minute) => {
    if (candle === null) return;
    const [open, high, low, close] = typeof candle === 'number' ? [candle, candle, candle, candle] : candle;
    const startsAt = instant(from + minute * MINUTE_MS);
    const endsAt = instant(startsAt + MINUTE_MS);
    bars.push({ symbol: symbol as AssetSymbol, startsAt, endsAt, open, high, low, close, volume: 1_000 });
  });
  return bars;
}

export const series = (symbol: string, candles: readonly (Candle | number | null)[], from: number = OPEN): Series => ({
  instrument: symbol.includes('/') ? cryptoPair(symbol) : equity(symbol),
  bars: barsOf(symbol, candles, from),
});

export const flat = (price: number, minutes: number): number[] => Array.from({ length: minutes }, () => price);

/** A body as it came over the wire; tests look into it without declaring Alpaca's schemas again. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Wire = any;

export interface Harness {
  readonly exchange: Exchange;
  ask(request: ExchangeRequest, when?: Instant): { status: number; body: Wire };
  submit(order: OrderRequest, when?: Instant): { status: number; body: Wire };
  order(id: string): Wire;
  orders(filter?: Partial<OrderFilter>): Wire[];
  account(): Wire;
  position(symbol: string): Wire;
  updates(): TradeUpdate[];
  events(): OutgoingEvent[];
}

/** No chance of partial fills unless a test asks for it. */
export function harness(tape: Tape | readonly Series[], settings: Partial<ExchangeSettings> = {}): Harness {
  const made = 'minutes' in tape ? tape : makeTape({ series: tape });
  const exchange = createExchange({ tape: made, settings: { partialFillChance: 0, publishTicks: false, ...settings } });
  const ask: Harness['ask'] = (request, when = exchange.now()) => {
    const reply = exchange.handle(request, when);
    return { status: reply.status, body: JSON.parse(JSON.stringify(reply.json() ?? null)) };
  };
  const base: OrderFilter = { status: 'all', limit: 500, direction: 'asc', nested: false };
  return {
    exchange,
    ask,
    submit: (order, when) => ask({ kind: 'submitOrder', order }, when),
    order: (id) => ask({ kind: 'getOrder', id, nested: true }).body,
    orders: (filter = {}) => ask({ kind: 'listOrders', filter: { ...base, ...filter } }).body,
    account: () => ask({ kind: 'getAccount' }).body,
    position: (symbol) => ask({ kind: 'getPosition', symbol }).body,
    updates: () => exchange.drain().filter((event) => event.kind === 'tradeUpdate'),
    events: () => exchange.drain(),
  };
}

export const market = (symbol: string, side: 'buy' | 'sell', qty: string, more: OrderRequest = {}): OrderRequest => ({
  symbol,
  side,
  qty,
  type: 'market',
  timeInForce: symbol.includes('/') ? 'gtc' : 'day',
  ...more,
});

export const limit = (symbol: string, side: 'buy' | 'sell', qty: string, limitPrice: string, more: OrderRequest = {}): OrderRequest =>
  market(symbol, side, qty, { type: 'limit', limitPrice, ...more });

export const told = (updates: readonly TradeUpdate[]): string[] => updates.map((update) => update.event);
