/**
 * The rules. Each says why not, or nothing; none may say yes; they do not know of each other. Those that ask for something
 * unknown refuse. An order that only reduces a position is asked nothing but the kill level: no rule stands in the way out.
 */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { mayOpen, mayReduce } from '#server/domain/kill.ts';
import { absolute, formatFixed, notional, type Quantity, ZERO_MONEY } from '#server/domain/money.ts';
import { isProtective, unfilled } from '#server/domain/order.ts';
import type { Limits } from '#server/domain/plan.ts';
import { sessionAt } from '#server/domain/session.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { dayProfitLossOf, grossExposureOf, reservedByOthers, tradedByOthers } from '#server/domain/valuation.ts';

export interface Case {
  readonly intent: Intent;
  readonly books: Books;
  readonly market: Market;
  readonly limits: Limits;
}

/** Why not, with the numbers; nothing when this rule has no objection. */
export type Rule = (question: Case) => string | undefined;

/** The key of the limit that a rule holds, as the configuration spells it. */
export const LIMIT_OF: Readonly<Record<string, keyof Limits>> = {
  priceFresh: 'maxPriceAgeMs',
  orderNotional: 'maxOrderNotional',
  positionSize: 'maxPositionNotional',
  grossExposure: 'maxGrossExposure',
  openOrders: 'maxOpenOrders',
  ordersPerMinute: 'maxOrdersPerMinute',
  dailyLoss: 'maxDailyLoss',
};

const killLevel: Rule = ({ intent, books }) => {
  const { level, by } = books.kill;
  if (intent.purpose === 'open') return mayOpen(level) ? undefined : `kill switch is at ${level} by ${by}`;
  // Without a portfolio it is the kill switch's own closing order.
  return intent.portfolio === undefined || mayReduce(level) ? undefined : `kill switch is at ${level} by ${by}`;
};

const reconciled: Rule = ({ books }) => (books.reconciled ? undefined : "the books were not yet compared with the broker's statement");

const tradable: Rule = ({ intent, market }) => {
  const { instrument } = market;
  if (instrument === undefined) return 'the instrument is not known';
  if (!instrument.tradable) return 'the broker does not trade it';
  const short = intent.side === 'sell' && market.position.quantity < intent.quantity;
  return short && !instrument.shortable ? 'it can not be sold short' : undefined;
};

/** What it refuses is refused for now. */
export const SESSION_RULE = 'sessionOpen';

const sessionOpen: Rule = ({ books, market }) => {
  if (market.instrument?.assetClass === 'crypto') return undefined;
  return sessionAt(books.sessions, books.at) === undefined ? 'the market is closed' : undefined;
};

const priceKnown: Rule = ({ market }) => (Number.isNaN(market.lastPrice) ? 'no price is known yet' : undefined);

const priceFresh: Rule = ({ books, market, limits }) => {
  if (books.lostFeeds.has(market.instrument?.assetClass === 'crypto' ? 'crypto' : 'stocks')) return 'the market data stream is down';
  const age = books.at - market.lastBarEndsAt;
  return age > limits.maxPriceAgeMs ? `the price is ${age} ms old, at most ${limits.maxPriceAgeMs} is allowed` : undefined;
};

/** What is opened while nobody tells of fills would be opened blindly. */
const ordersHeard: Rule = ({ books }) => (books.lostFeeds.has('tradeUpdates') ? 'the stream of order updates is down' : undefined);

const orderNotional: Rule = ({ intent, limits }) => {
  const value = notional(intent.expectedPrice, intent.quantity);
  return value > limits.maxOrderNotional ? `$${formatFixed(value)} is above $${formatFixed(limits.maxOrderNotional)} an order` : undefined;
};

const positionSize: Rule = ({ intent, books, market, limits }) => {
  let after = market.position.quantity + (intent.side === 'buy' ? intent.quantity : -intent.quantity);
  for (const order of market.openOrders) if (order.purpose === 'open') after += order.side === 'buy' ? unfilled(order) : -unfilled(order);
  const ofOthers = reservedByOthers(books, market.symbol) ?? ZERO_MONEY;
  const value = notional(intent.expectedPrice, absolute(after) as Quantity) + ofOthers;
  return value > limits.maxPositionNotional
    ? `the position would be $${formatFixed(value)}, at most $${formatFixed(limits.maxPositionNotional)}`
    : undefined;
};

const grossExposure: Rule = ({ intent, books, limits }) => {
  for (const symbol of tradedByOthers(books))
    if (reservedByOthers(books, symbol) === undefined) return `what somebody else's order of ${symbol} can still add is not known`;
  const exposure = grossExposureOf(books) + notional(intent.expectedPrice, intent.quantity);
  return exposure > limits.maxGrossExposure
    ? `exposure would be $${formatFixed(exposure)}, at most $${formatFixed(limits.maxGrossExposure)}`
    : undefined;
};

/** What protects a position is not counted: it must not stand in the way of the next one. */
const openOrders: Rule = ({ books, limits }) => {
  let open = books.openOrderCount;
  for (const market of books.markets.values()) for (const order of market.openOrders) if (isProtective(order)) open--;
  return open >= limits.maxOpenOrders ? `${open} orders are open, at most ${limits.maxOpenOrders}` : undefined;
};

const ordersPerMinute: Rule = ({ books, limits }) => {
  let recent = 0;
  for (let i = books.sentAt.length - 1; i >= 0 && books.at - (books.sentAt[i] as number) < MINUTE_MS; i--) recent++;
  return recent >= limits.maxOrdersPerMinute ? `${recent} orders in the last minute, at most ${limits.maxOrdersPerMinute}` : undefined;
};

const dailyLoss: Rule = ({ books, limits }) => {
  const profit = dayProfitLossOf(books);
  if (profit === undefined) return 'the profit of the day is not known yet';
  return -profit >= limits.maxDailyLoss ? `lost $${formatFixed(-profit)} today, at most $${formatFixed(limits.maxDailyLoss)}` : undefined;
};

/** A position is not begun before it is known where it will be left. */
const exitsKnown: Rule = ({ market: { guard } }) => {
  if (guard?.gauge === undefined || !Number.isNaN(guard.gauge.value)) return undefined;
  return 'the average true range that the exits go by is not known yet';
};

const nothingInFlight: Rule = ({ market }) =>
  market.openOrders.length > 0 ? `order ${market.openOrders[0]?.id} is still open` : undefined;

/** Asked of every order. */
export const always: Readonly<Record<string, Rule>> = { killLevel };

/** Asked of orders that open or enlarge a position. */
export const opening: Readonly<Record<string, Rule>> = {
  reconciled,
  tradable,
  [SESSION_RULE]: sessionOpen,
  priceKnown,
  priceFresh,
  ordersHeard,
  orderNotional,
  positionSize,
  grossExposure,
  openOrders,
  ordersPerMinute,
  dailyLoss,
  exitsKnown,
  nothingInFlight,
};
