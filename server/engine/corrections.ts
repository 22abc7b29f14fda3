/**
 * Executions that the broker takes back, or tells anew with other numbers. A correction names the execution that it is about and the one that
 * stands in its place since, so what is left is the same in whichever order they come, how often, and before or after the execution itself.
 * Fees stay as they were taken. What can not be explained closes the latch: books and account may then be different things.
 */
import type { Books } from '#server/domain/books.ts';
import type { ExecutionId } from '#server/domain/ids.ts';
import { formatFixed, type Money, notional, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from '#server/domain/money.ts';
import { type Execution, executionNamed, type Fill, type Order, opposite } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { applyFill, reprice } from '#server/domain/position.ts';
import { setScreen } from './day.ts';
import { noteHolding } from './episode.ts';
import { book, noteGap } from './fills.ts';
import { marketOf } from './genesis.ts';
import { engage } from './kill.ts';
import { settle } from './order-life.ts';
import { forgetTrade } from './trades.ts';
import { alert, type Turn } from './turn.ts';

type Traded = Pick<Execution, 'quantity' | 'price'>;

const NO_FEE = { quantity: ZERO_QUANTITY, cash: ZERO_MONEY };

export function onCorrected(books: Books, plan: Plan, { previous, fill }: { previous: ExecutionId; fill: Fill }, turn: Turn): void {
  const order = books.orders.get(fill.order);
  if (order === undefined) {
    unexplained(books, `execution ${previous} of an order that the books do not hold`, turn);
    return;
  }
  const before = executionNamed(order, previous);
  const after = executionNamed(order, fill.executionId);
  // Told before.
  if (before !== undefined && before === after) return;
  if (after === undefined && before !== undefined && before.executionId !== previous) {
    unexplained(books, `execution ${previous} of order ${order.id}, which was corrected in another way before`, turn);
    return;
  }
  if (before === undefined && after === undefined && fill.quantity > 0n) book(books, plan, order, fill, turn);
  const { executionId, quantity, price } = after ?? fill;
  // What stands in its place was told already where a later correction came first.
  if (before !== undefined) move(books, order, before, after === undefined ? fill : { quantity: ZERO_QUANTITY, price });
  const formerly = [...(after?.formerly ?? []), ...(before?.formerly ?? []), previous];
  const others = order.executions.filter((one) => one !== before && one.executionId !== executionId);
  order.executions = [...others, { executionId, quantity, price, formerly }];
  recount(books, plan, order, fill);
  const what = fill.quantity === 0n ? 'never was' : `was ${formatFixed(fill.quantity)} at ${formatFixed(fill.price)}`;
  alert(turn, 'fillCorrected', `order ${order.id} ${order.side} ${order.symbol}: the broker says that execution ${previous} ${what}`);
  settle(books, order, turn);
}

/** The shares and the dollars of the one go back, those of the other come. */
function move(books: Books, order: Order, from: Traded, to: Traded): void {
  const { position } = marketOf(books, order.symbol);
  const { side } = order;
  const change = (notional(to.price, to.quantity) - notional(from.price, from.quantity)) as Money;
  let cash: bigint = 0n;
  if (from.quantity === to.quantity) cash = reprice(position, side, change, ZERO_MONEY);
  else {
    if (from.quantity > 0n) cash += applyFill(position, { ...from, side: opposite(side) }, NO_FEE);
    if (to.quantity > 0n) cash += applyFill(position, { ...to, side }, NO_FEE);
  }
  books.cash = (books.cash + cash) as Money;
  order.filled = (order.filled + to.quantity - from.quantity) as Quantity;
  order.filledNotional = (order.filledNotional + change) as Money;
}

/** What the broker counted before it counted anew is no evidence of executions that are missing. */
function recount(books: Books, plan: Plan, order: Order, { at }: Fill): void {
  order.recountedAt = order.recountedAt !== undefined && order.recountedAt > at ? order.recountedAt : at;
  if (order.broker !== undefined && order.broker.filled > order.filled) order.broker = { ...order.broker, filled: order.filled };
  noteGap(books, order);
  order.updatedAt = books.at;
  books.lastActivityAt = books.at;
  const market = marketOf(books, order.symbol);
  noteHolding(books, market);
  forgetTrade(market);
  setScreen(books, plan.limits);
}

function unexplained(books: Books, what: string, turn: Turn): void {
  const reason = `the broker corrected ${what}`;
  alert(turn, 'booksDiffer', reason);
  engage(books, { level: 'halt', by: 'reconcile', reason }, turn);
  turn.commands.push({ kind: 'reconcile' });
}
