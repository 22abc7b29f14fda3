/** Everything at the broker that a loop is connected to: orders, reference data, the account's events, bars. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import { calendarReachMs, type WarmUp } from '#server/domain/warm-up.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { Connections, ConnectOptions } from '#server/runtime/world.ts';
import { createBroker } from './broker.ts';
import type { AlpacaClient } from './client.ts';
import type { MarketClock } from './clock.ts';
import { createMarketFeed } from './market-feed.ts';
import type { StockFeed } from './origins.ts';
import { createReference } from './reference.ts';
import { tellingSkew } from './skew.ts';
import { createTradeUpdates } from './trade-updates.ts';

export interface AlpacaSide {
  readonly client: AlpacaClient;
  readonly clock: MarketClock;
  readonly log: Log;
  readonly symbols: readonly AssetSymbol[];
  /** The past that lets every agent of a symbol speak. */
  readonly warmUp: (symbol: AssetSymbol) => WarmUp;
  readonly stockFeed: StockFeed;
  readonly quotes?: boolean;
  /** Silence of a bar stream after which it counts as lost. */
  readonly staleAfterMs: number;
  /** How often that silence, and the date, are looked at. */
  readonly lookEveryMs?: number;
}

export interface AlpacaConnections extends Connections {
  /** Every stream is ended and made anew. */
  renew(reason: string): void;
}

export function connectAlpaca(side: AlpacaSide, { tell, gate, lastBarEnd, fillsSince, resumedAt }: ConnectOptions): AlpacaConnections {
  const { client, clock, log, symbols, warmUp, lookEveryMs } = side;
  clock.resume(resumedAt);
  const base = { client, clock, log, tell };
  const broker = createBroker({
    ...base,
    tell: tellingSkew(tell, clock),
    gate,
    fillsSince,
    onMissed: (execution) => tradeUpdates.missed(execution),
  });
  const tradeUpdates = createTradeUpdates({
    ...base,
    hear: broker.hear,
    onRestored: () => broker.reconcile(),
  });
  const reachMs = Math.max(...symbols.map((symbol) => calendarReachMs(symbol, warmUp(symbol))));
  const reference = createReference({ ...base, symbols, reachMs, ...(lookEveryMs === undefined ? {} : { lookEveryMs }) });
  const marketFeed = createMarketFeed({ ...side, tell, sessions: reference.sessions, lastBarEnd });
  return {
    broker,
    start: async () => {
      await reference.start();
      tradeUpdates.start();
      broker.reconcile();
      await marketFeed.start();
    },
    suspend: (isSuspended) => broker.suspend(isSuspended),
    sever: () => {
      client.sever();
      tradeUpdates.stop();
      void marketFeed.stop();
    },
    renew: (reason) => {
      tradeUpdates.renew(reason);
      marketFeed.renew(reason);
    },
    stopBars: () => marketFeed.stop(),
    stop: async () => {
      tradeUpdates.stop();
      reference.stop();
    },
  };
}
