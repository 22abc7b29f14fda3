/** Many intents through a network that loses anything from nothing to everything, each settled by asking; and what is true in the end. */
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import type { Approved, Intent } from '#server/domain/decision.ts';
import type { OrderId, PortfolioId, RunId } from '#server/domain/ids.ts';
import { orderId } from '#server/domain/ids.ts';
import { formatFixed, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { isFinal } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { SECOND_MS } from '#server/domain/time.ts';
import { enter } from '#server/engine/act.ts';
import type { Event } from '#server/engine/event.ts';
import { marketOf, newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { newTurn } from '#server/engine/turn.ts';
import { plan as makePlan, portfolio } from '#tests/support/builders.ts';
import { FAIR, lossyExchange, PAIR, type Weather } from './lossy-exchange.ts';

const RUN = 'rloss' as RunId;
const BATCH = 100;
const QUANTITY = parseQuantity('0.2');
const TICK_MS = 2 * SECOND_MS;
const TICKS_A_STATEMENT = 10;
/** Of market time; orders that never arrived take a minute of asking to be given up. */
const LONGEST_BATCH_MS = 600 * SECOND_MS;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export interface LossReport {
  readonly intents: number;
  /** Requests for orders that left the adapter. */
  readonly posts: number;
  /** Orders that the exchange took. */
  readonly orders: number;
  /** Intents that were posted, or taken, more than once. */
  readonly duplicates: number;
  /** Intents that the books and the exchange do not agree on. */
  readonly disagreements: number;
  /** Intents whose answer was lost, and which turned out to be there. */
  readonly adopted: number;
  readonly neverArrived: number;
  /** As the books have it, and as the exchange says. */
  readonly held: readonly [string, string];
}

const intent = {
  symbol: PAIR.symbol,
  side: 'buy',
  quantity: QUANTITY,
  type: 'market',
  exit: undefined,
  timeInForce: 'gtc',
  purpose: 'open',
  expectedPrice: parsePrice('100'),
  portfolio: 'loss' as PortfolioId,
  deployments: [],
  reason: 'one of many',
} as unknown as Approved<Intent>;

/** The engine and the adapter, without a loop around them: what was told is stepped, and what was asked is performed. */
function traderOn({ clock, transport }: ReturnType<typeof lossyExchange>, plan: Plan, intents: number, roll: () => number) {
  const turns = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const log = SILENT;
  const client = createClient({
    ...{ origins: demoOrigins('http://127.0.0.1:9'), keyId: 'k', secretKey: 's', log, transport, random: roll },
    ...{ requestsPerMinute: 1_000_000_000, pause: turns },
  });
  const books = newBooks(RUN, plan, intents + BATCH);
  const turn = newTurn();
  const arrived: Event[] = [];
  const unknown = new Set<OrderId>();
  const broker = createBroker({
    ...{ client, log, clock, gate: { level: () => 'armed' as const }, pause: turns },
    tell: (event) => {
      if (event.kind === 'orderUnknown') unknown.add(event.order);
      arrived.push(event);
    },
  });
  const stepAll = (): void => {
    for (const event of arrived.splice(0)) {
      step(books, plan, event, clock.now(), turn);
      for (const command of turn.commands.splice(0)) {
        if (command.kind === 'reconcile') broker.reconcile();
        else broker.perform(command);
      }
    }
  };
  return {
    books,
    broker,
    unknown,
    happen: (event: Event) => void arrived.push(event),
    place: (id: OrderId) => {
      enter(books, marketOf(books, PAIR.symbol), intent, id, turn);
      broker.perform({ kind: 'place', order: id, intent });
    },
    /** Lets everything that is under way come to its end. */
    quiet: async (): Promise<void> => {
      for (let idle = 0; idle < 20; idle = arrived.length > 0 ? 0 : idle + 1) {
        stepAll();
        await turns();
      }
    },
  };
}

type Trader = ReturnType<typeof traderOn>;

async function settle(exchange: ReturnType<typeof lossyExchange>, { books, broker, happen, quiet }: Trader): Promise<void> {
  const until = exchange.clock.now() + LONGEST_BATCH_MS;
  for (let ticks = 0; books.openOrderCount > 0; ticks++) {
    // There is no stream: fills come by the statement, as the daemon fetches it by its timer.
    if (ticks % TICKS_A_STATEMENT === 0) broker.reconcile();
    if (exchange.clock.now() > until)
      throw new Error(`${books.openOrderCount} orders are open after ${LONGEST_BATCH_MS / SECOND_MS} s of asking`);
    exchange.advance(TICK_MS);
    happen({ kind: 'tick' });
    await quiet();
  }
}

export async function submitUnderLoss(intents: number, roll: () => number): Promise<LossReport> {
  const exchange = lossyExchange(Math.ceil(intents / BATCH) * (LONGEST_BATCH_MS / 60_000) + 100, roll);
  exchange.begin();
  const plan = makePlan({ portfolios: [portfolio({ symbols: [PAIR.symbol] })] });
  const trader = traderOn(exchange, plan, intents, roll);
  const { books, broker, happen, quiet, place } = trader;
  happen({ kind: 'instruments', instruments: [PAIR] });
  broker.reconcile();
  while (!books.reconciled) await quiet();
  const ids: OrderId[] = [];
  for (let batch = 0; batch * BATCH < intents; batch++) {
    // Every share from none to all, and each of them in turn.
    const worst = batch % 11 === 10 ? 1 : (batch % 11) / 10;
    const other = (): number => roll() * 0.3;
    Object.assign(exchange.weather, { lostBack: worst, lostThere: other(), garbled: other(), sentTwice: other() } satisfies Weather);
    for (let nth = 0; nth < BATCH && ids.length < intents; nth++) {
      const id = orderId(RUN, ids.length + 1, 0);
      ids.push(id);
      place(id);
    }
    await quiet();
    Object.assign(exchange.weather, FAIR);
    await settle(exchange, trader);
  }
  broker.reconcile();
  await quiet();
  await broker.drain(1_000);
  exchange.close();
  return reportOf(ids, exchange, trader);
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, count) => all + count, 0);

function reportOf(ids: readonly OrderId[], { posted, taken }: ReturnType<typeof lossyExchange>, { books, unknown }: Trader): LossReport {
  const statusOf = (id: OrderId) => books.orders.get(id)?.status ?? 'working';
  const positions = books.lastStatement?.positions ?? [];
  return {
    intents: ids.length,
    posts: sum(posted),
    orders: sum(taken),
    duplicates: [...ids, ...taken.keys()].filter((id) => (posted.get(id) ?? 0) > 1 || (taken.get(id) ?? 0) > 1 || !posted.has(id)).length,
    disagreements: ids.filter((id) => (statusOf(id) === 'filled') !== taken.has(id) || !isFinal(statusOf(id))).length,
    adopted: [...unknown].filter((id) => taken.has(id)).length,
    neverArrived: ids.filter((id) => !taken.has(id)).length,
    held: [formatFixed(marketOf(books, PAIR.symbol).position.quantity), formatFixed(positions[0]?.quantity ?? 0n)],
  };
}
