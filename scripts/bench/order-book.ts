/**
 * A million orders in one run: each enters the books, is accepted, filled in two parts and seen to end, through the adapter's own
 * indexes and the engine. By blocks: how long an event takes, and what is kept in memory.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createFillBook } from '#server/adapters/alpaca/fill-book.ts';
import { createOrderIndex } from '#server/adapters/alpaca/order-index.ts';
import { OrderGroup } from '#server/adapters/alpaca/order-schema.ts';
import type { AssetSymbol, ExecutionId, RunId } from '#server/domain/ids.ts';
import { orderId } from '#server/domain/ids.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import { enter } from '#server/engine/act.ts';
import type { Event } from '#server/engine/event.ts';
import { marketOf, newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { clear, newTurn } from '#server/engine/turn.ts';
import { type BenchReport, type BenchResult, machine } from './machine.ts';

const ORDERS = 1_000_000;
const BLOCKS = 10;
const EVENTS_AN_ORDER = 5;
const SYMBOL = 'AAPL' as AssetSymbol;
const RUN = 'rbench' as RunId;
const PRICE = parsePrice('100');
const HALF = parseQuantity('1');
const WHOLE = parseQuantity('2');
const STARTS_AT = Date.UTC(2026, 2, 18, 14);
const PLENTY = parseMoney('1000000');
const LIMITS: Plan['limits'] = {
  ...WITHOUT_LIMITS,
  ...{ maxOrderNotional: PLENTY, maxPositionNotional: PLENTY, maxGrossExposure: PLENTY, maxDailyLoss: PLENTY },
  ...{ maxOpenOrders: 10, maxOrdersPerMinute: 1_000, maxPriceAgeMs: 120_000 },
};
const MEBIBYTE = 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function wire(id: string, brokerId: string, side: string, filled: string, status: string): OrderGroup {
  const terms = { symbol: SYMBOL, asset_class: 'us_equity', side, type: 'market', time_in_force: 'day', order_class: '', qty: '2' };
  return OrderGroup.parse({ ...terms, id: brokerId, client_order_id: id, status, filled_qty: filled, filled_avg_price: '100' });
}

function run(): { microseconds: number; mebibytes: number }[] {
  const thePlan: Plan = { portfolios: [], limits: LIMITS, fees: { cryptoTakerBasisPoints: 0 } };
  const books = newBooks(RUN, thePlan);
  const turn = newTurn();
  const orders = createOrderIndex();
  let at = STARTS_AT as Instant;
  const tell = (event: Event): void => {
    step(books, thePlan, event, at, turn);
    clear(turn);
    turn.changed.clear();
  };
  const fills = createFillBook(tell, SILENT);
  const one = (nth: number): void => {
    const id = orderId(RUN, nth + 1, 0);
    const brokerId = `b-${nth}`;
    const side = nth % 2 === 0 ? 'buy' : 'sell';
    at = (STARTS_AT + nth * 100) as Instant;
    const intent = { symbol: SYMBOL, side, quantity: WHOLE, type: 'market', exit: undefined, timeInForce: 'day', purpose: 'open' } as const;
    enter(books, marketOf(books, SYMBOL), { ...intent, expectedPrice: PRICE, portfolio: undefined, deployments: [], reason: '' }, id, turn);
    const [view] = orders.learn(wire(id, brokerId, side, '0', 'new'));
    if (view !== undefined) tell({ kind: 'orderAccepted', order: view.id, brokerId: view.brokerId });
    for (const part of [1, 2]) {
      const executionId = `x-${nth}-${part}` as ExecutionId;
      const known = orders.byBrokerId(brokerId as never);
      if (known === undefined) throw new Error(`order ${id} is not known any more`);
      const fill = { executionId, order: known.id, symbol: SYMBOL, side, quantity: HALF, price: PRICE, at } as const;
      for (const by of ['stream', 'asking'] as const) fills.tell(fill, { by, filledAfter: part === 1 ? HALF : WHOLE });
      const [seen] = orders.learn(wire(id, brokerId, side, String(part), part === 1 ? 'partially_filled' : 'filled'));
      if (seen !== undefined) tell({ kind: 'orderSeen', view: seen });
    }
  };
  return Array.from({ length: BLOCKS }, (_, block) => {
    // Of this process alone, so it stays what it is when others want the machine.
    const before = process.cpuUsage();
    for (let nth = 0; nth < ORDERS / BLOCKS; nth++) one(block * (ORDERS / BLOCKS) + nth);
    const { user, system } = process.cpuUsage(before);
    const microseconds = (user + system) / (ORDERS / BLOCKS) / EVENTS_AN_ORDER;
    collect();
    return { microseconds, mebibytes: process.memoryUsage().heapUsed / MEBIBYTE };
  });
}

const tenths = (figure: number): number => Math.round(figure * 10) / 10;

export function benchOrderBook(): BenchReport {
  const blocks = run();
  const results = blocks.flatMap(({ microseconds, mebibytes }, nth): BenchResult[] => [
    { what: `eventOfBlock${nth + 1}`, value: tenths(microseconds), unit: 'µs', versus: `${tenths(mebibytes)} MiB kept` },
  ]);
  const [second, last] = [blocks[1], blocks.at(-1)];
  if (second === undefined || last === undefined) return { bench: 'order-book', machine: machine(), results };
  const time = { what: 'lastBlockToSecond', value: tenths(last.microseconds), unit: 'µs', versus: `${tenths(second.microseconds)} µs` };
  const memory = { what: 'keptAfterLastToSecond', value: tenths(last.mebibytes), unit: 'MiB', versus: `${tenths(second.mebibytes)} MiB` };
  results.push({ ...time, ratio: last.microseconds / second.microseconds, owed: 1.25 });
  results.push({ ...memory, ratio: last.mebibytes / second.mebibytes, owed: 1.1 });
  return { bench: 'order-book', machine: machine(), results };
}
