/**
 * Executions in the books. When the broker counts more of an order as filled than the executions that we were told of, and neither the
 * stream nor the account's activities bring the rest in time, the rest is booked as one execution that we infer: at the price that makes
 * the sum what the broker says, under an id that is a function of the order and of that sum. A real one that comes later takes its place.
 */
import type { Books } from '#server/domain/books.ts';
import { feeOf } from '#server/domain/fees.ts';
import type { ExecutionId } from '#server/domain/ids.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import { divideRounded, formatFixed, type Money, notional, type Price, type Quantity, UNIT } from '#server/domain/money.ts';
import type { BrokerWord, Execution, Fill, Order } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { applyFill, reprice } from '#server/domain/position.ts';
import type { Statement } from '#server/domain/statement.ts';
import { SECOND_MS } from '#server/domain/time.ts';
import { setScreen } from './day.ts';
import { noteHolding } from './episode.ts';
import { marketOf } from './genesis.ts';
import { lockAfterTrade } from './lock-rules.ts';
import { settle } from './order-life.ts';
import { reclaimAll } from './reclaiming.ts';
import { noteTrade } from './trades.ts';
import { alert, type Turn } from './turn.ts';

/** The statement is asked for together with the activities; one asked for so long after the gap was seen proves that they lack it. */
export const INFER_AFTER_MS = 30 * SECOND_MS;
const INFERRED = 'inferred:';
const isInferred = ({ executionId }: Execution): boolean => executionId.startsWith(INFERRED);

/** No fill says it; a limit that is met at once, as few of ours are, costs what a taker pays, and the difference is told. */
const isMaker = ({ type }: Order): boolean => type === 'limit';

/** Books an execution; as far as it was inferred before, only its price is news. */
export function book(books: Books, plan: Plan, order: Order, fill: Fill, turn: Turn): void {
  const market = marketOf(books, fill.symbol);
  const { executionId, price } = fill;
  const realisedBefore = market.position.realised;
  const known = replaceInferred(books, plan, order, fill);
  const quantity = (fill.quantity - known) as Quantity;
  order.executions.push({ executionId, quantity: fill.quantity, price });
  if (quantity > 0n) {
    const part = { ...fill, quantity };
    const fee = fill.fee ?? feeOf(plan.fees, assetClassOf(fill.symbol), { ...part, isMaker: isMaker(order) });
    order.filled = (order.filled + quantity) as Quantity;
    order.filledNotional = (order.filledNotional + notional(price, quantity)) as Money;
    books.cash = (books.cash + applyFill(market.position, part, fee)) as Money;
    if (order.purpose === 'open') endRows(books);
  }
  order.updatedAt = books.at;
  noteHolding(books, market);
  const closed = noteTrade(books, market, order, realisedBefore);
  if (closed !== undefined) lockAfterTrade(books, market, closed, turn);
  books.lastActivityAt = books.at;
  if (!isInferred(fill) && fill.at > books.lastFillAt) books.lastFillAt = fill.at;
  setScreen(books, plan.limits);
}

/** Something came of an entry. */
function endRows({ risk }: Books): void {
  risk.unfilledInRow = 0;
  risk.rejectedInRow = 0;
}

/** Since when the broker counts more than we were told of. */
export function noteGap(books: Books, order: Order): void {
  order.gapSince = order.broker !== undefined && order.broker.filled > order.filled ? (order.gapSince ?? books.at) : undefined;
}

export function inferFills(books: Books, plan: Plan, { asOf }: Statement, turn: Turn): void {
  for (const market of books.markets.values())
    for (const order of [...market.openOrders])
      if (order.broker !== undefined && order.gapSince !== undefined && asOf - order.gapSince >= INFER_AFTER_MS)
        closeGap(books, plan, order, order.broker, turn);
}

/** What was told in the meantime under the broker's id is the order's; only what is missing then is inferred. */
function closeGap(books: Books, plan: Plan, order: Order, word: BrokerWord, turn: Turn): void {
  reclaimAll(books, order, turn);
  noteGap(books, order);
  if (order.gapSince === undefined) settle(books, order, turn);
  else infer(books, plan, order, word, turn);
}

function infer(books: Books, plan: Plan, order: Order, { filled, averageFillPrice }: BrokerWord, turn: Turn): void {
  const { id, symbol, side } = order;
  const quantity = (filled - order.filled) as Quantity;
  const rest = averageFillPrice === undefined ? 0n : notional(averageFillPrice, filled) - order.filledNotional;
  const price = (rest > 0n ? divideRounded(rest * UNIT, quantity) : (averageFillPrice ?? order.expectedPrice)) as Price;
  const executionId = `${INFERRED}${id}:${formatFixed(filled)}` as ExecutionId;
  book(books, plan, order, { executionId, order: id, symbol, side, quantity, price, at: books.at }, turn);
  noteGap(books, order);
  const what = `${formatFixed(quantity)} at ${formatFixed(price)}, since the broker counts ${formatFixed(filled)} as filled`;
  alert(turn, 'fillInferred', `order ${id} ${side} ${symbol}: no execution came for ${what}; it is booked, and replaced when one comes`);
  settle(books, order, turn);
}

/** How much of the execution was inferred before. */
function replaceInferred(books: Books, plan: Plan, order: Order, fill: Fill): bigint {
  if (isInferred(fill)) return 0n;
  let left: bigint = fill.quantity;
  for (const [place, one] of [...order.executions].entries()) {
    if (left === 0n || !isInferred(one)) continue;
    const quantity = (left < one.quantity ? left : one.quantity) as Quantity;
    order.executions[place] = { ...one, quantity: (one.quantity - quantity) as Quantity };
    correct(books, plan, order, { quantity, from: one.price, to: fill.price });
    left -= quantity;
  }
  order.executions = order.executions.filter((one) => one.quantity > 0n || !isInferred(one));
  return fill.quantity - left;
}

interface Correction {
  readonly quantity: Quantity;
  readonly from: Price;
  readonly to: Price;
}

function correct(books: Books, plan: Plan, order: Order, { quantity, from, to }: Correction): void {
  const { symbol, side } = order;
  const feeAt = (price: Price): Money => feeOf(plan.fees, assetClassOf(symbol), { side, quantity, price, isMaker: isMaker(order) }).cash;
  const change = (notional(to, quantity) - notional(from, quantity)) as Money;
  order.filledNotional = (order.filledNotional + change) as Money;
  const moreFee = (feeAt(to) - feeAt(from)) as Money;
  books.cash = (books.cash + reprice(marketOf(books, symbol).position, side, change, moreFee)) as Money;
}
