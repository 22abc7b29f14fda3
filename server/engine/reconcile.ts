/**
 * Our books against the broker's statement. The first one is where the books begin. Later ones are compared: a statement
 * that was asked for before our last order or fill proves nothing, and what differs soon after it may be a list that is behind; what
 * differs three times in a row is not explained by messages under way either: it is told, and the broker's word is taken over; positions
 * that differ close the latch besides.
 */
import type { Books, Market } from '#server/domain/books.ts';
import { type AssetSymbol, type OrderId, withoutSlash } from '#server/domain/ids.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import { atLeast, BY_BROKER } from '#server/domain/kill.ts';
import { formatFixed, type Money, notional, ZERO_MONEY, ZERO_QUANTITY } from '#server/domain/money.ts';
import type { Order } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { sessionWithin } from '#server/domain/session.ts';
import type { PositionView, Statement } from '#server/domain/statement.ts';
import { type Instant, plus, SECOND_MS } from '#server/domain/time.ts';
import { equityOf } from '#server/domain/valuation.ts';
import { measureMoves } from '#server/risk/moves.ts';
import { ask, bearOut, isMissed } from './asking.ts';
import { certify } from './certify.ts';
import { beginUnits, flow, rollDay } from './day.ts';
import { noteHolding } from './episode.ts';
import { inferFills } from './fills.ts';
import { marketOf } from './genesis.ts';
import { engage, withdrawStrangers } from './kill.ts';
import { lockDrifted } from './lock-rules.ts';
import { easeLocks } from './locks.ts';
import { onSeen } from './order-events.ts';
import { askForStrangers } from './strangers.ts';
import { forgetTrade } from './trades.ts';
import { alert, type Turn } from './turn.ts';

const DISAGREEMENTS_THAT_COUNT = 3;
/** So far the broker's lists may be behind what it has told itself: what differs so soon after our last order or fill may be old. */
const LISTS_LAG_MS = 10 * SECOND_MS;

export function onStatement(books: Books, plan: Plan, statement: Statement, turn: Turn): void {
  turn.material = true;
  books.lastStatement = statement;
  heedSuspension(books, statement, turn);
  if (books.risk.isStale) measureMoves(books);
  const listed = new Set(statement.openOrders.map((view) => view.id));
  for (const view of statement.openOrders) onSeen(books, view, statement.asOf, turn);
  askForTheMissing(books, statement, listed, turn);
  askForStrangers(books, listed, turn);
  withdrawStrangers(books, turn);
  bearOut(books, statement, listed);
  inferFills(books, plan, statement, turn);
  if (books.day === undefined) begin(books, plan, statement);
  else compare(books, plan, statement, turn);
}

/** The broker has a latch of its own, which holds without us. One that was read before the last release is what that release lifted. */
function heedSuspension(books: Books, { suspended, asOf }: Statement, turn: Turn): void {
  const { level, at } = books.kill;
  if (suspended !== true || atLeast(level, 'halt') || (level === 'armed' && asOf <= at)) return;
  engage(
    books,
    { level: 'halt', by: BY_BROKER, reason: 'trading is suspended in the account settings at the broker (suspend_trade)' },
    turn,
  );
}

/** The first statement of a run: what was there before us is our opening balance. */
function begin(books: Books, plan: Plan, statement: Statement): void {
  takeOver(books, statement);
  beginUnits(books);
  const { asOf, executedUntil } = statement;
  books.begunAt = asOf;
  books.openingUntil = executedUntil === undefined ? asOf : plus(executedUntil, 1);
  books.fillsProvenUntil = executedUntil ?? asOf;
  rollDay(books, plan.limits);
}

/** An order that we believe open and the broker does not list: it ended, or it never came. Ask for it by name. */
function askForTheMissing(books: Books, statement: Statement, listed: ReadonlySet<OrderId>, turn: Turn): void {
  for (const market of books.markets.values()) {
    for (const order of market.openOrders) {
      if (!listed.has(order.id) && order.createdAt < statement.asOf && order.askedAt < statement.asOf) ask(books, order, turn);
    }
  }
}

function compare(books: Books, plan: Plan, statement: Statement, turn: Turn): void {
  if (books.lastActivityAt >= statement.asOf) {
    // What has differed is not left to the timer because something else was traded meanwhile.
    if (books.disagreements > 0) turn.commands.push({ kind: 'reconcile' });
    return;
  }
  const differences = positionDifferences(books, statement);
  const cashDiffers = books.cash !== statement.cash;
  if (differences.length === 0 && !cashDiffers) {
    books.disagreements = 0;
    books.reconciled = true;
    easeLocks(books, 'booksDiffer');
    if (books.lastFillAt > 0) books.fillsProvenUntil = books.lastFillAt;
    certify(books, statement, turn);
    return;
  }
  if (mayBeFilling(books, statement.asOf)) return;
  turn.commands.push({ kind: 'reconcile' });
  if (statement.asOf - books.lastActivityAt < LISTS_LAG_MS) return;
  books.disagreements++;
  if (books.disagreements < DISAGREEMENTS_THAT_COUNT) return;
  books.disagreements = 0;
  if (differences.length > 0) {
    const reason = `positions differ from the broker's statement: ${differences.join(', ')}`;
    alert(turn, 'booksDiffer', reason);
    engage(books, { level: 'halt', by: 'reconcile', reason }, turn);
  }
  if (cashDiffers)
    alert(turn, 'booksDiffer', `cash was $${formatFixed(books.cash)} in the books and $${formatFixed(statement.cash)} at the broker`);
  const before = equityOf(books);
  const corrected = takeOver(books, statement);
  // What is not explained by executions came or went: it is neither profit nor loss.
  flow(books, plan.limits, (equityOf(books) - before) as Money);
  for (const market of corrected) lockDrifted(books, market, turn);
}

/**
 * The broker keeps the account, so its word is what we go on with: told, journalled, and halted where positions are concerned. The markets
 * whose position it corrected.
 */
function takeOver(books: Books, statement: Statement): Market[] {
  books.cash = statement.cash;
  const corrected: Market[] = [];
  const held = new Map(statement.positions.map((view) => [marketFor(books, view), view]));
  for (const market of books.markets.values()) {
    const view = held.get(market);
    const quantity = view?.quantity ?? ZERO_QUANTITY;
    if (market.position.quantity === quantity) continue;
    market.position.quantity = quantity;
    market.position.cost = view === undefined ? ZERO_MONEY : notional(view.averageEntryPrice, quantity);
    noteHolding(books, market);
    forgetTrade(market);
    corrected.push(market);
  }
  books.reconciled = true;
  return corrected;
}

/**
 * What differs may be the fill of a market order, under way to us. What agrees does so all the same. One that waits for the open explains
 * nothing: what differed at night would be found in the morning. Nor does one that the broker has denied for a minute: it would wait for books
 * that agree, and they for it.
 */
function mayBeFilling(books: Books, asOf: Instant): boolean {
  const since = plus(asOf, -LISTS_LAG_MS);
  const mayTrade = ({ symbol }: Order): boolean =>
    assetClassOf(symbol) === 'crypto' || sessionWithin(books.sessions, since, plus(books.at, 1)) !== 'closed';
  const isUnderWay = (order: Order): boolean => order.type === 'market' && !isMissed(order, books.at) && mayTrade(order);
  for (const market of books.markets.values()) if (market.openOrders.some(isUnderWay)) return true;
  return false;
}

function positionDifferences(books: Books, statement: Statement): string[] {
  const theirs = new Map(statement.positions.map((view) => [withoutSlash(view.symbol), view.quantity]));
  const differences: string[] = [];
  for (const { symbol, position } of books.markets.values()) {
    const theirQuantity = theirs.get(withoutSlash(symbol)) ?? ZERO_QUANTITY;
    theirs.delete(withoutSlash(symbol));
    if (position.quantity !== theirQuantity) {
      differences.push(`${symbol} ${formatFixed(position.quantity)} in the books, ${formatFixed(theirQuantity)} at the broker`);
    }
  }
  for (const [symbol, quantity] of theirs) differences.push(`${symbol} 0 in the books, ${formatFixed(quantity)} at the broker`);
  return differences;
}

/** Positions may name a pair without its slash. */
function marketFor(books: Books, view: PositionView): Market {
  for (const market of books.markets.values()) if (withoutSlash(market.symbol) === withoutSlash(view.symbol)) return market;
  return marketOf(books, view.symbol as AssetSymbol);
}
