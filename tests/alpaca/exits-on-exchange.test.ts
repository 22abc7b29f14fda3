/** Exits from the bar to the wire and back: the loop, the engine and the adapter on the built-in exchange, with the real SDK between them. */
import { expect, test } from 'vitest';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { createReference } from '#server/adapters/alpaca/reference.ts';
import { createTradeUpdates } from '#server/adapters/alpaca/trade-updates.ts';
import type { Books } from '#server/domain/books.ts';
import type { ExitPolicy } from '#server/domain/exits.ts';
import type { AssetSymbol, RunId } from '#server/domain/ids.ts';
import { formatFixed, UNIT } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Direction } from '#server/domain/signal.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { reapply } from '#server/engine/reapply.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { Latch } from '#server/runtime/latch.ts';
import { run } from '#server/runtime/loop.ts';
import { policy } from '#tests/engine/exits-bench.ts';
import { type Candle, flat, series } from '#tests/exchange/harness.ts';
import { plan, portfolio, scripted } from '#tests/support/builders.ts';
import { setUp, TIMING } from './exchange-world.ts';
import { noPause } from './fixtures.ts';

const AAPL = 'AAPL' as AssetSymbol;
const BTC = 'BTC/USD' as AssetSymbol;

interface Setting {
  readonly exits: ExitPolicy;
  readonly candles: readonly (Candle | number)[];
  readonly opinions?: readonly (Direction | undefined)[];
  readonly symbol?: AssetSymbol;
}

interface Process {
  readonly books: Books;
  readonly plan: Plan;
  readonly symbol: AssetSymbol;
  readonly journal: Entry[];
  readonly published: () => void;
}

/** The loop and the whole adapter, as a daemon has them. */
async function startProcess({ client, clock, log }: Awaited<ReturnType<typeof setUp>>, process: Process) {
  const { books, plan: thePlan, symbol, journal, published } = process;
  const inbox = new Inbox(clock);
  const latch = new Latch(books);
  const base = { client, clock, log, tell: inbox.tell };
  const fillsSince = books.day === undefined ? undefined : books.lastActivityAt;
  const broker = createBroker({ ...base, gate: latch, fillsSince, pause: noPause });
  const updates = createTradeUpdates({ ...base, hear: broker.hear, onRestored: broker.reconcile, timing: TIMING });
  const reference = createReference({ ...base, symbols: [symbol] });
  const lastBarEnd = () => books.markets.get(symbol)?.lastBarEndsAt || undefined;
  const warmUp = () => ({ minutes: 0, longer: [] });
  const feed = createMarketFeed({ ...base, symbols: [symbol], sessions: reference.sessions, warmUp, lastBarEnd, timing: TIMING });
  const keep = { append: async (entries: readonly Entry[]) => void journal.push(...entries), record: async () => undefined };
  const turned = (): void => undefined;
  const loop = run({ books, plan: thePlan, inbox, journal: keep, broker, latch, log, turned, published, pause: noPause });
  inbox.tell({ kind: 'started', version: 'test', plan: 'p' });
  await reference.start();
  updates.start();
  await feed.start();
  const stop = async () => {
    await feed.stop();
    updates.stop();
    reference.stop();
    inbox.close();
    await loop;
    await broker.drain(5_000);
  };
  return { stop, tick: () => inbox.tell({ kind: 'tick' }) };
}

/** The exchange, six minutes into the session; processes are started on it, and die. */
async function exchange({ candles, symbol = AAPL, exits, opinions = ['up'] }: Setting) {
  const first = candles[0] as number;
  const world = await setUp([series(symbol, [...flat(first, 6), ...candles, ...flat(candles.at(-1) as number, 30)])]);
  const deployments = [{ ...portfolio().deployments[0]!, hire: scripted(opinions) }];
  const thePlan = plan({ portfolios: [portfolio({ symbols: [symbol], exits, deployments })] });
  const journal: Entry[] = [];
  let books: Books = newBooks('r1' as RunId, thePlan);
  const waiting: (() => void)[] = [];

  /** Resolves when the books are as they should be; the test's time limit is the other end. */
  const until = async (isSo: (market: Books['markets'] extends Map<unknown, infer M> ? M : never) => boolean): Promise<void> => {
    while (!isSo(books.markets.get(symbol)!)) await new Promise<void>((wake) => waiting.push(wake));
  };
  const start = async () => {
    books = newBooks('r1' as RunId, thePlan);
    for (const entry of journal) reapply(books, thePlan, decode<Entry>(encode(entry)), newTurn());
    const published = (): void => {
      for (const wake of waiting.splice(0)) wake();
    };
    const daemon = await startProcess(world, { books, plan: thePlan, symbol, journal, published });
    await until(() => books.reconciled);
    return daemon;
  };
  const bars = async (count: number): Promise<void> => {
    for (let nth = 0; nth < count; nth++) {
      const seen = books.markets.get(symbol)!.lastBarEndsAt;
      world.market.advance(MINUTE_MS);
      await until(({ lastBarEndsAt }) => lastBarEndsAt > seen);
    }
  };
  const atBroker = async () => {
    const orders = (await (await world.market.fetch('/v2/orders?status=open&nested=true')).json()) as Record<string, string>[];
    const positions = (await (await world.market.fetch('/v2/positions')).json()) as Record<string, string>[];
    return {
      orders: orders.map((one) =>
        [one['order_class'], one['type'], one['qty'], one['stop_price'], one['limit_price'], one['trail_percent']].join(' '),
      ),
      positions: positions.map((one) => one['qty']),
    };
  };
  return {
    world,
    start,
    until,
    bars,
    atBroker,
    journal,
    market: () => books.markets.get(symbol)!,
    [Symbol.asyncDispose]: world[Symbol.asyncDispose],
  };
}

const isFlat = ({ held, openOrders }: { held: number; openOrders: readonly unknown[] }): boolean => held === 0 && openOrders.length === 0;
const protectedBy =
  (count: number) =>
  ({ held, openOrders }: { held: number; openOrders: readonly { status: string }[] }): boolean =>
    held !== 0 && openOrders.length === count && openOrders.every(({ status }) => status === 'working');

const filledExits = (journal: readonly Entry[]): (string | undefined)[] => {
  const orders = journal.flatMap(({ commands }) => commands.flatMap((command) => (command.kind === 'place' ? [command] : [])));
  return journal.flatMap(({ event }) => {
    if (event.kind !== 'fill' || event.fill.side !== 'sell') return [];
    const own = orders.find(({ order }) => event.fill.order.startsWith(order));
    return [event.fill.order === own?.order && own.intent.type === 'oco' ? 'takeProfit' : own?.intent.exit];
  });
};

const both = policy({ stopLoss: { percent: 2 }, takeProfit: { percent: 4 } });

test.each([
  ['take-profit', [100, 100, 100, 101, 106, 106], 'takeProfit'],
  ['stop-loss', [100, 100, 100, 101, 95, 95], 'stopLoss'],
] as const)('a pair waits for the position, and its %s ends both', async (_, candles, rule) => {
  await using there = await exchange({ exits: both, candles });
  const daemon = await there.start();
  await there.bars(1);
  await there.until(protectedBy(2));
  const { orders, positions } = await there.atBroker();
  expect(positions).toEqual([formatFixed(there.market().position.quantity)]);
  const entry = there.market().position.cost / (there.market().position.quantity / UNIT);
  expect(orders).toEqual([expect.stringMatching(/^oco limit \d+ {2}10\d\.\d\d? $/)]);
  expect(entry > 0n).toBe(true);
  await there.bars(5);
  await there.until(isFlat);
  expect(await there.atBroker()).toEqual({ orders: [], positions: [] });
  expect(new Set(filledExits(there.journal))).toEqual(new Set([rule]));
  expect(there.journal.flatMap(({ commands }) => commands.filter(({ kind }) => kind === 'alert'))).toEqual([]);
  await daemon.stop();
});

test('a trailing stop is the broker’s own, and follows there', async () => {
  await using there = await exchange({ exits: policy({ trailingStop: { percent: 2 } }), candles: [100, 100, 102, 104, 106, 103, 103] });
  const daemon = await there.start();
  await there.bars(1);
  await there.until(protectedBy(1));
  expect((await there.atBroker()).orders).toEqual([expect.stringMatching(/^ trailing_stop \d+ \S+ {2}2$/)]);
  await there.bars(6);
  await there.until(isFlat);
  expect(filledExits(there.journal)).toEqual(['trailingStop']);
  await daemon.stop();
});

test('crypto has a stop-limit at the broker, and its target is watched', async () => {
  const exits = policy({ stopLoss: { percent: 5 }, takeProfit: { percent: 4 } });
  await using there = await exchange({ exits, symbol: BTC, candles: [50_000, 50_000, 50_000, 53_000, 53_000] });
  const daemon = await there.start();
  await there.bars(1);
  await there.until(protectedBy(1));
  expect((await there.atBroker()).orders).toEqual([expect.stringMatching(/^ stop_limit 0\.\d+ 47\d+\.\d+ 46\d+\.\d+ $/)]);
  await there.bars(5);
  await there.until(isFlat);
  expect(filledExits(there.journal)).toEqual(['takeProfit']);
  await daemon.stop();
});

test('when agents want out, the pair is cancelled before the shares are sold, once', async () => {
  await using there = await exchange({ exits: both, opinions: ['up', undefined, 'flat'], candles: [100, 100, 100, 100] });
  const daemon = await there.start();
  await there.bars(1);
  await there.until(protectedBy(2));
  await there.bars(2);
  await there.until(isFlat);
  expect(filledExits(there.journal)).toEqual([undefined]);
  expect(there.journal.filter(({ event }) => event.kind === 'orderRejected')).toEqual([]);
  await daemon.stop();
});

test('a process that died is followed by one that finds the pair, trails it on, and gives anew what is gone', async () => {
  const exits = policy({ trailingStop: { percent: 2 }, takeProfit: { percent: 50 } });
  await using there = await exchange({ exits, candles: [100, 100, 100, 104, 104, 104, 104, 104] });
  const first = await there.start();
  await there.bars(1);
  await there.until(protectedBy(2));
  const [before] = (await there.atBroker()).orders;
  await first.stop();
  const second = await there.start();
  await there.until(protectedBy(2));
  expect((await there.atBroker()).orders).toEqual([before]);
  // The price rises: the stop of the pair is moved, in one request.
  await there.bars(4);
  await there.until((market) => protectedBy(2)(market) && market.openOrders.some(({ reason }) => reason.includes('best price 104')));
  expect((await there.atBroker()).orders).toEqual([before]);
  const asked = there.journal.flatMap(({ commands }) => commands.map(({ kind }) => kind));
  expect([asked.includes('replace'), asked.includes('cancel')]).toEqual([true, false]);
  await second.stop();
  // Somebody cancels it at the broker's own page while nobody is here.
  await there.world.market.fetch('/v2/orders', { method: 'DELETE' });
  expect((await there.atBroker()).orders).toEqual([]);
  const third = await there.start();
  await there.until(({ openOrders }) => openOrders.length === 0);
  there.world.market.advance(6 * MINUTE_MS);
  third.tick();
  await there.until(protectedBy(2));
  expect((await there.atBroker()).orders).toHaveLength(1);
  await third.stop();
});
