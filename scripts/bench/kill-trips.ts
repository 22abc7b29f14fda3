/**
 * Trips of the kill switch at random moments of the real loop, engine, latch, broker adapter and client, with a journal and a network of
 * random delays: how many opening orders are handed to the network after a trip. There must be none.
 */
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { NETWORK } from '#server/adapters/alpaca/transport.ts';
import type { AssetSymbol, DeploymentId, PortfolioId, RunId } from '#server/domain/ids.ts';
import type { EngagedLevel } from '#server/domain/kill.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { Latch } from '#server/runtime/latch.ts';
import { run } from '#server/runtime/loop.ts';
import type { Log } from '#server/runtime/ports.ts';

export interface TripCount {
  readonly trips: number;
  /** Opening orders that were handed to the network, all in all. */
  readonly sent: number;
  /** Of those, after a trip and before its release. */
  readonly afterTrip: number;
  /** Orders that were under way when a trip came, and were kept back by the last look. */
  readonly keptBack: number;
}

const SYMBOLS = Array.from({ length: 8 }, (_, nth) => `C${nth}/USD` as AssetSymbol);
const STARTS_AT = Date.parse('2026-01-05T15:00:00Z');
const MINUTE_MS = 60_000;
const LEVELS: readonly EngagedLevel[] = ['reduceOnly', 'halt', 'cancelOpening', 'cancelAll', 'flatten', 'sever'];
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_SUCH_ORDER = JSON.stringify({ code: 40310000, message: 'insufficient buying power' });

/** Wants in at every bar: each is refused, so that the next one wants in again. */
const plan: Plan = {
  portfolios: [
    {
      ...{ id: 'trips' as PortfolioId, symbols: SYMBOLS, exits: undefined, locks: undefined, capitalFraction: 1, mayShort: false },
      deployments: [
        {
          ...{ id: 'eager' as DeploymentId, agent: 'eager', weight: 1, timeframe: MINUTE },
          hire: () => ({
            onBar: () => ({ direction: 'up', confidence: 1, horizonMs: undefined, reason: 'always' }),
            save: () => 0,
            load: () => undefined,
          }),
        },
      ],
      blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 },
      sizing: { kind: 'fixedFraction', fraction: 0.01 },
    },
  ],
  limits: WITHOUT_LIMITS,
  fees: { cryptoTakerBasisPoints: 25 },
};

/** The same sequence for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const turns = async (many: number): Promise<void> => {
  for (let nth = 0; nth < many; nth++) await new Promise((resolve) => setImmediate(resolve));
};

function stageOf(random: () => number) {
  const books = newBooks('rtrips' as RunId, plan);
  let now = STARTS_AT;
  const clock = { now: () => now as Instant };
  const inbox = new Inbox(clock);
  const latch = new Latch(books);
  const count = { trips: 0, sent: 0, afterTrip: 0, keptBack: 0 };
  let isTripped = false;
  const delay = (): Promise<void> => turns(Math.floor(random() * 3));
  const fetch = async (_: string, { method, lastLook }: RequestInit & { lastLook?: () => void }): Promise<Response> => {
    // The connection takes its time, as the network's own does; then the last look, and the first byte.
    await delay();
    lastLook?.();
    if (method === 'POST') {
      count.sent++;
      if (isTripped) count.afterTrip++;
    }
    await delay();
    return new Response(NO_SUCH_ORDER, { status: 403, headers: { 'content-type': 'application/json' } });
  };
  const client = createClient({
    ...{ origins: demoOrigins('http://127.0.0.1:9'), keyId: 'trips', secretKey: 'trips', log: SILENT, requestsPerMinute: 1e9 },
    transport: { ...NETWORK, fetch },
    pause: () => delay(),
  });
  const tell: Inbox['tell'] = (event) => {
    if (event.kind === 'orderRejected' && event.code === 'KILL_LATCH') count.keptBack++;
    inbox.tell(event);
  };
  const broker = createBroker({ client, tell, gate: latch, clock, log: SILENT, pause: () => delay() });
  const journal = { append: delay, record: async () => undefined };
  const loop = run({
    ...{ books, plan, inbox, latch, journal, broker, log: SILENT },
    turned: () => undefined,
    published: () => undefined,
    pause: delay,
  });
  const bars = (): void => {
    const startsAt = now as Instant;
    now += MINUTE_MS;
    for (const symbol of SYMBOLS) {
      const bar = { symbol, startsAt, endsAt: now as Instant, open: 100, high: 100, low: 100, close: 100, volume: 1_000 };
      inbox.tell({ kind: 'bar', bar, history: false });
    }
  };
  const trip = (level: EngagedLevel): void => {
    isTripped = true;
    count.trips++;
    latch.raise(level, 'account');
    inbox.tell({ kind: 'killEngaged', level, by: 'trips', reason: 'at random' });
  };
  const release = (): void => {
    isTripped = false;
    inbox.tell({ kind: 'killReleased', latchId: books.kill.latchId, by: 'trips', note: 'again' });
  };
  return { books, inbox, loop, count, bars, trip, release };
}

/** What must be known before anything is opened. */
function openMarket({ inbox }: ReturnType<typeof stageOf>): void {
  const step = parseMoney('0.000000001') as never;
  const common = { assetClass: 'crypto', tradable: true, shortable: false, fractionable: true, marginable: false } as const;
  const instruments = SYMBOLS.map((symbol) => ({ ...common, symbol, priceStep: step, quantityStep: step, minQuantity: step }) as never);
  inbox.tell({ kind: 'instruments', instruments });
  const statement = { account: 'trips', tradingBlocked: false, positions: [], openOrders: [], asOf: STARTS_AT as Instant };
  const dollars = parseMoney('1000000');
  inbox.tell({ kind: 'statement', statement: { ...statement, cash: dollars, equity: dollars, buyingPower: dollars } });
}

export async function countTrips({ trips, seed }: { trips: number; seed: number }): Promise<TripCount> {
  const random = diceOf(seed);
  const stage = stageOf(random);
  const { books, count, inbox, loop } = stage;
  openMarket(stage);
  while (count.trips < trips) {
    stage.bars();
    await turns(Math.floor(random() * 8));
    stage.trip(LEVELS[Math.floor(random() * LEVELS.length)] as EngagedLevel);
    // Decisions go on behind the latch, and what waited comes to its turn.
    stage.bars();
    await turns(4 + Math.floor(random() * 8));
    while (books.kill.level === 'armed') await turns(1);
    stage.release();
    while ((books.kill.level as string) !== 'armed') await turns(1);
  }
  inbox.close();
  await loop;
  return count;
}
