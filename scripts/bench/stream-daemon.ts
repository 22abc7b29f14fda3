/** The way of a stream's messages into the engine, as a daemon has it: the SDK, the adapter, the inbox, the loop, the journal. */
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { type AlpacaClient, createClient } from '#server/adapters/alpaca/client.ts';
import type { MarketClock } from '#server/adapters/alpaca/clock.ts';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { createTradeUpdates } from '#server/adapters/alpaca/trade-updates.ts';
import { openArchive } from '#server/adapters/store/open.ts';
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney } from '#server/domain/money.ts';
import type { Plan } from '#server/domain/plan.ts';
import { DAY_MS, type Instant, instant, plus } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import type { Entry } from '#server/engine/command.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { Inbox } from '#server/runtime/inbox.ts';
import { Latch } from '#server/runtime/latch.ts';
import { run } from '#server/runtime/loop.ts';
import type { Log } from '#server/runtime/ports.ts';

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const STARTS_AT = instant(Date.parse('2026-01-05T15:00:00Z'));

/** Looks at every bar and has no opinion: what orders cost is measured elsewhere. */
const silent = (): AgentAtWork => ({ onBar: () => undefined, save: () => null, load: () => undefined });

function planOf(symbols: readonly AssetSymbol[]): Plan {
  const plenty = parseMoney('1000000');
  const deployments = [{ id: 'silent' as DeploymentId, agent: 'silent', weight: 1, timeframe: MINUTE, hire: silent }];
  return {
    portfolios: [
      {
        ...{ id: 'bench' as PortfolioId, symbols, deployments, exits: undefined, locks: undefined, capitalFraction: 1, mayShort: false },
        blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 },
        sizing: { kind: 'fixedFraction', fraction: 0.1 },
      },
    ],
    limits: {
      ...WITHOUT_LIMITS,
      ...{ maxOrderNotional: plenty, maxPositionNotional: plenty, maxGrossExposure: plenty, maxDailyLoss: plenty },
      ...{ maxOpenOrders: 10, maxOrdersPerMinute: 100, maxPriceAgeMs: 120_000 },
    },
    fees: { cryptoTakerBasisPoints: 0 },
  };
}

/** Follows the bars, as the demo's does between two readings. */
function followingClock(): MarketClock {
  let latest: Instant = STARTS_AT;
  return {
    now: () => latest,
    start: async () => undefined,
    stop: () => undefined,
    speed: () => 1,
    observe: (at) => {
      if (at > latest) latest = at;
    },
    skewMs: () => undefined,
    resume: () => undefined,
  };
}

export const clientOf = (url: string): AlpacaClient =>
  createClient({ origins: demoOrigins(url), keyId: 'bench', secretKey: 'bench', log: SILENT, requestsPerMinute: 1_000_000 });

export interface Listening {
  /** Resolves when both streams are live. */
  readonly live: Promise<void>;
  stop(): Promise<void>;
}

export async function listen(
  url: string,
  symbols: readonly AssetSymbol[],
  home: string,
  published: (entry: Entry) => void,
): Promise<Listening> {
  const client = clientOf(url);
  const clock = followingClock();
  const plan = planOf(symbols);
  const archive = await openArchive({ url: undefined, home, mode: 'bench', account: 'bench', nowMs: 0 });
  const books = newBooks(archive.run, plan);
  const inbox = new Inbox(clock);
  const latch = new Latch(books);
  const base = { client, clock, log: SILENT, tell: inbox.tell };
  const broker = createBroker({ ...base, gate: latch });
  const bothLive = Promise.withResolvers<void>();
  let restored = 0;
  const updates = createTradeUpdates({ ...base, hear: broker.hear, onRestored: () => undefined });
  const sessions = [{ date: 'all', opensAt: STARTS_AT, closesAt: plus(STARTS_AT, DAY_MS) }];
  const warmUp = () => ({ minutes: 0, longer: [] });
  const feed = createMarketFeed({
    ...base,
    symbols,
    sessions: () => sessions,
    warmUp,
    quotes: true,
    stockFeed: 'sip',
    staleAfterMs: DAY_MS,
  });
  const loop = run({
    ...{ books, plan, inbox, latch, log: SILENT, journal: archive.journal },
    broker: { perform: () => undefined, reconcile: () => undefined, drain: async () => undefined },
    pause: async () => undefined,
    turned: () => undefined,
    published: (entry) => {
      if (entry.event.kind === 'feedRestored' && ++restored === 2) bothLive.resolve();
      published(entry);
    },
  });
  const cash = parseMoney('100000');
  const facts = { account: 'bench', cash, equity: cash, buyingPower: cash, tradingBlocked: false, positions: [], openOrders: [] };
  inbox.tell({ kind: 'instruments', instruments: symbols.map((symbol) => equity(symbol)) });
  inbox.tell({ kind: 'calendar', sessions });
  inbox.tell({ kind: 'statement', statement: { ...facts, asOf: STARTS_AT } });
  updates.start();
  await feed.start();
  return {
    live: bothLive.promise,
    stop: async () => {
      await feed.stop();
      updates.stop();
      inbox.close();
      await loop;
      await archive.close();
    },
  };
}
