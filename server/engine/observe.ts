/** What happened becomes what we believe, for everything that is neither an order's nor the kill switch's business. */
import type { Bar } from '#server/domain/bar.ts';
import type { Books, Market } from '#server/domain/books.ts';
import type { Limits } from '#server/domain/limits.ts';
import type { Money } from '#server/domain/money.ts';
import { isFinal } from '#server/domain/order.ts';
import type { Quote } from '#server/domain/quote.ts';
import { beginDay, doubtMarket, endUnheardHalt, noteBand, noteStatus, noteBar as tapeBar } from '#server/domain/tape.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { marketValueOf } from '#server/domain/valuation.ts';
import { cancel } from './act.ts';
import { askAfter } from './asking.ts';
import { flow } from './day.ts';
import type { Event, Feed } from './event.ts';
import { withdraw } from './kill.ts';
import { alert, type Turn } from './turn.ts';

/** Notes the bar; the market when it is news, nothing when it is not traded here or was seen before. */
export function noteBar(books: Books, limits: Limits, bar: Bar): Market | undefined {
  const market = books.markets.get(bar.symbol);
  if (market === undefined || bar.startsAt <= market.lastBarStartsAt) return undefined;
  const { lastPrice: before, tape } = market;
  const day = Math.floor(bar.startsAt / DAY_MS);
  if (day !== tape.day) {
    beginDay(tape, day, before);
    books.risk.isStale = true;
  }
  tapeBar(tape, before, bar.close, bar.volume);
  if (tape.halt !== undefined) endUnheardHalt(tape, bar.startsAt, books.at);
  market.lastBarStartsAt = bar.startsAt;
  market.lastBarEndsAt = bar.endsAt;
  if (market.held !== 0 && Number.isNaN(before)) {
    beginAt(books, limits, market, bar.close);
    return market;
  }
  if (market.held !== 0) books.lossScreen.equity += (bar.close - before) * market.held;
  market.lastPrice = bar.close;
  return market;
}

/** What was held before we saw a price was counted at its cost. What it had won or lost by its first price was not won or lost with us. */
function beginAt(books: Books, limits: Limits, market: Market, close: number): void {
  const atCost = marketValueOf(market);
  market.lastPrice = close;
  flow(books, limits, (marketValueOf(market) - atCost) as Money);
}

/** What an older quote says, which came by another way, is no news. */
export function noteQuote(books: Books, quote: Quote): void {
  const market = books.markets.get(quote.symbol);
  if (market !== undefined && quote.at >= (market.quote?.at ?? 0)) market.quote = quote;
}

/** Under what conditions we trade, which the controls go by: of a market, of this process, of its clock. */
export function onCondition(books: Books, event: Event & { kind: 'tradingStatus' | 'priceBand' | 'loopLag' | 'clockSkew' }): void {
  if (event.kind === 'loopLag') books.risk.loopLagMs = event.lagMs;
  else if (event.kind === 'clockSkew') books.risk.clockSkewMs = Math.abs(event.skewMs);
  else {
    const market = books.markets.get(event.symbol);
    if (market === undefined) return;
    // By our own time, since the rest after a halt is measured by that.
    if (event.kind === 'priceBand') noteBand(market.tape, event, books.at);
    else noteStatus(market.tape, event.isHalted ? event.reason : undefined, books.at);
  }
}

export function onFeed(books: Books, feed: Feed, lost: string | undefined, turn: Turn): void {
  if (lost === undefined) {
    books.lostFeeds.delete(feed);
    return;
  }
  if (!books.lostFeeds.has(feed)) alert(turn, 'feedLost', `${feed}: ${lost}`);
  books.lostFeeds.add(feed);
  if (feed === 'stocks') for (const { tape } of books.markets.values()) doubtMarket(tape);
}

/** Time passed: goes on asking after what is silent, with cancels that did not take, and with the kill switch's jobs. */
export function onTick(books: Books, turn: Turn): void {
  for (const market of books.markets.values()) {
    askAfter(books, market, turn);
    for (const order of market.openOrders) if (order.withdrawn) cancel(books, order, turn);
  }
  withdraw(books, turn);
}

/** The books' own arithmetic, checked after every step in tests and simulation; the first breach in words. */
export function inconsistency(books: Books): string | undefined {
  let open = 0;
  for (const market of books.markets.values()) {
    for (const order of market.openOrders) {
      open++;
      if (isFinal(order.status)) return `order ${order.id} is ${order.status} and listed as open`;
      if (order.filled > order.quantity) return `order ${order.id} is filled beyond its quantity`;
    }
  }
  return open === books.openOrderCount ? undefined : `${open} orders are open, ${books.openOrderCount} are counted`;
}
