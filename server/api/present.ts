/** From our own types to the public shapes; the only place where money becomes text. */
import type { Market } from '#server/domain/books.ts';
import type { KillLatch } from '#server/domain/kill.ts';
import { absolute, divideRounded, formatFixed, UNIT } from '#server/domain/money.ts';
import { type IntentTerms, limitPriceOf, stopPriceOf, trailOf } from '#server/domain/order-terms.ts';
import { averageEntryPrice } from '#server/domain/position.ts';
import { stockHours } from '#server/domain/session.ts';
import { dayProfitLossOf, equityOf, grossExposureOf, marketValueOf, unrealisedOf } from '#server/domain/valuation.ts';
import type { Desk, KillState } from '#server/runtime/desk.ts';
import type { Page, RecordedDecision, RecordedOrder, RecordedSignal } from '#server/runtime/records.ts';

const NUMBER_DECIMALS = 9;

export const fixedOrNull = (value: bigint | undefined): string | null => (value === undefined ? null : formatFixed(value));

/** The decimal that a statistic's number means: never an exponent, never noise behind the ninth place. */
export function decimalOf(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  const fixed = value.toFixed(NUMBER_DECIMALS);
  return fixed.includes('e') ? BigInt(value).toString() : fixed.replace(/\.?0+$/, '').replace(/^-0$/, '0');
}

export const timeOf = (atMs: number): string => new Date(atMs).toISOString();
/** Books that saw nothing yet stand at 0, which is no time. */
export const timeOrNull = (atMs: number | undefined): string | null => (atMs === undefined || !(atMs > 0) ? null : timeOf(atMs));

export function presentHealth(desk: Desk) {
  const { status, startedAtMs, loopIdleMs, journal, reconciled, streams } = desk.health();
  const { mode, version } = desk;
  const startedAt = timeOf(startedAtMs);
  return { status, mode, version, startedAt, loopIdleMs, journal, reconciled, streams: [...streams], killLevel: desk.kill().level };
}

export function presentAccount(desk: Desk) {
  const { books, mode } = desk;
  const markets = [...books.markets.values()];
  const statement = books.lastStatement;
  const hours = stockHours(books.sessions, books.at);
  return {
    mode,
    runId: books.run,
    account: statement?.account ?? null,
    seq: books.seq,
    at: timeOrNull(books.at),
    reconciled: books.reconciled,
    killLevel: desk.kill().level,
    equity: formatFixed(equityOf(books)),
    cash: formatFixed(books.cash),
    dayProfitLoss: fixedOrNull(dayProfitLossOf(books)),
    unrealised: formatFixed(markets.reduce((sum, market) => sum + unrealisedOf(market), 0n)),
    realised: formatFixed(markets.reduce((sum, market) => sum + market.position.realised, 0n)),
    grossExposure: formatFixed(grossExposureOf(books)),
    buyingPower: fixedOrNull(statement?.buyingPower),
    statementAt: timeOrNull(statement?.asOf),
    openOrders: books.openOrderCount,
    filledOrders: books.filledOrderCount,
    stocksOpen: hours?.isOpen ?? null,
    stocksOpenNext: timeOrNull(hours?.nextOpen),
  };
}

export function presentPosition(market: Market) {
  const { symbol, position, lastPrice, lastBarEndsAt } = market;
  return {
    symbol,
    quantity: formatFixed(position.quantity),
    averageEntryPrice: formatFixed(averageEntryPrice(position) ?? 0n),
    lastPrice: decimalOf(lastPrice),
    priceAt: timeOrNull(lastBarEndsAt),
    marketValue: formatFixed(marketValueOf(market)),
    unrealised: formatFixed(unrealisedOf(market)),
    realised: formatFixed(position.realised),
  };
}

function presentTerms<T extends IntentTerms>(terms: T) {
  const trail = trailOf(terms);
  return {
    type: terms.type as T['type'],
    limitPrice: fixedOrNull(limitPriceOf(terms)),
    stopPrice: fixedOrNull(stopPriceOf(terms)),
    trailPrice: trail !== undefined && 'price' in trail ? formatFixed(trail.price) : null,
    trailPercent: trail !== undefined && 'percent' in trail ? formatFixed(trail.percent) : null,
  };
}

export function presentOrder(order: RecordedOrder) {
  const average = order.filled === 0n ? undefined : divideRounded(absolute(order.filledNotional) * UNIT, order.filled);
  return {
    id: order.id,
    seq: order.seq,
    symbol: order.symbol,
    side: order.side,
    ...presentTerms(order.terms),
    timeInForce: order.timeInForce,
    purpose: order.purpose,
    exit: order.exit ?? null,
    quantity: formatFixed(order.quantity),
    status: order.status,
    brokerId: order.brokerId ?? null,
    filled: formatFixed(order.filled),
    averageFillPrice: fixedOrNull(average),
    reason: order.reason,
    refusal: order.refusal ?? null,
    createdAt: timeOf(order.createdAt),
    updatedAt: timeOf(order.updatedAt),
  };
}

export const presentSignal = ({ seq, at, portfolio, deployment, symbol, direction, confidence, horizonMs, reason }: RecordedSignal) => ({
  seq,
  at: timeOf(at),
  portfolio,
  deployment,
  symbol,
  direction,
  confidence,
  horizonMs: horizonMs ?? null,
  reason,
});

export function presentDecision({ id, seq, at, decision }: RecordedDecision) {
  const { verdict } = decision;
  return {
    id,
    seq,
    at: timeOf(at),
    portfolio: decision.portfolio ?? null,
    symbol: decision.symbol,
    summary: decision.summary,
    verdict: verdict?.kind ?? null,
    refusals: verdict?.kind === 'refused' ? [...verdict.because] : [],
    intent: verdict === undefined ? null : presentIntent(verdict.intent),
    target: decision.target ?? null,
    votes: [...decision.votes],
    order: decision.order ?? null,
  };
}

type JudgedIntent = NonNullable<RecordedDecision['decision']['verdict']>['intent'];

const presentIntent = (intent: JudgedIntent) => ({
  side: intent.side,
  quantity: formatFixed(intent.quantity),
  ...presentTerms(intent),
  timeInForce: intent.timeInForce,
  purpose: intent.purpose,
  exit: intent.exit ?? null,
  expectedPrice: formatFixed(intent.expectedPrice),
  reason: intent.reason,
});

export const presentLatch = ({ level, latchId, by, reason, at }: KillLatch) => ({ level, latchId, by, reason, at: timeOrNull(at) });

export const presentKillState = ({ scopes, sources, phrase, ...latch }: KillState) => ({
  ...presentLatch(latch),
  phrase: phrase ?? null,
  scopes: scopes.map(({ scope, phrase: typed, ...one }) => ({ scope, phrase: typed, ...presentLatch(one) })),
  sources: { ...sources },
});

export const presentPage = <T, Shown>({ items, nextCursor }: Page<T>, present: (item: T) => Shown) => ({
  items: items.map(present),
  nextCursor: nextCursor === undefined ? null : String(nextCursor),
});
