/** A whole daemon for the bench: loop, engine, journal on SQLite and the adapter with the real SDK, with stamps where bytes come and go. */
import { Socket } from 'node:net';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { marketClock } from '#server/adapters/alpaca/clock.ts';
import { connectAlpaca } from '#server/adapters/alpaca/connections.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { NETWORK, type Transport } from '#server/adapters/alpaca/transport.ts';
import { openArchive } from '#server/adapters/store/open.ts';
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import type { Plan } from '#server/domain/plan.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { Daemon } from '#server/runtime/daemon.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { Archive } from '#server/runtime/records.ts';

const SYMBOL = 'BTC/USD' as AssetSymbol;
const RECONCILE_EVERY_MS = 30_000;

/** In at one bar, out at the next: each bar is an order. */
function flipping(): AgentAtWork {
  let bars = 0;
  return {
    onBar: () => ({ direction: bars++ % 2 === 0 ? 'up' : 'flat', confidence: 1, horizonMs: undefined, reason: 'the next bar' }),
    save: () => bars,
    load: (memory) => {
      bars = memory as number;
    },
  };
}

const flippingPlan = (): Plan => ({
  portfolios: [
    {
      id: 'bench' as PortfolioId,
      symbols: [SYMBOL],
      deployments: [{ id: 'flip' as DeploymentId, agent: 'flip', weight: 1, timeframe: MINUTE, hire: flipping }],
      blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.6, minQuorum: 0.5 },
      sizing: { kind: 'fixedFraction', fraction: 0.01 },
      exits: undefined,
      locks: undefined,
      capitalFraction: 1,
      mayShort: false,
    },
  ],
  limits: WITHOUT_LIMITS,
  fees: { cryptoTakerBasisPoints: 25 },
});

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };

/** When the newest bytes of market data came, and when the newest order's were written. */
export interface Stamps {
  frameAt: bigint;
  postAt: bigint;
  /** How long the newest entries that gave an order took to become durable. */
  commitMicroseconds: number;
}

/** The network, with a look at the clock when bytes come in: before anything is made of them. */
function stamped(stamps: Stamps): Transport {
  const write = Socket.prototype.write;
  Socket.prototype.write = function stampedWrite(this: Socket, ...values: Parameters<Socket['write']>): boolean {
    const result = write.apply(this, values);
    const [chunk] = values as [unknown];
    if (typeof chunk === 'string' && chunk.startsWith('POST /v2/orders')) stamps.postAt = process.hrtime.bigint();
    return result;
  } as Socket['write'];
  return {
    fetch: NETWORK.fetch,
    connect: (url, codec) => {
      const socket = NETWORK.connect(url, codec);
      if (codec === 'msgpack') {
        socket.on('upgrade', (response) =>
          (response as { socket: Socket }).socket.on('data', () => {
            stamps.frameAt = process.hrtime.bigint();
          }),
        );
      }
      return socket;
    },
  };
}

/** The archive, with a look at the clock around each append. */
function timed(archive: Archive, stamps: Stamps): Archive {
  return {
    ...archive,
    journal: {
      ...archive.journal,
      append: async (entries) => {
        const began = performance.now();
        await archive.journal.append(entries);
        const gaveOrders = entries.some(({ commands }) => commands.some(({ kind }) => kind === 'place'));
        if (gaveOrders) stamps.commitMicroseconds = (performance.now() - began) * 1_000;
      },
    },
  };
}

export async function startDaemon(url: string, home: string, stamps: Stamps): Promise<{ daemon: Daemon; close(): Promise<void> }> {
  const log = SILENT;
  const client = createClient({
    ...{ origins: demoOrigins(url), keyId: 'bench', secretKey: 'bench', log },
    requestsPerMinute: 1_000_000,
    transport: stamped(stamps),
  });
  const clock = marketClock({ client, log });
  await clock.start();
  const archive = await openArchive({ url: undefined, home, mode: 'bench', account: 'bench', nowMs: Date.now() });
  const warmUp = () => ({ minutes: 0, longer: [] });
  const side = { client, clock, log, symbols: [SYMBOL], warmUp, stockFeed: 'iex', staleAfterMs: 3_600_000 } as const;
  const daemon = await Daemon.start({
    world: {
      ...{ clock, archive: timed(archive, stamps), feeds: ['tradeUpdates', 'crypto'] },
      connect: (options) => connectAlpaca(side, options),
      startsHalted: undefined,
      onLeaseLost: () => undefined,
      close: () => archive.close(),
    },
    ...{ plan: flippingPlan(), planText: 'flip', mode: 'bench', version: 'bench', log },
    config: () => ({}),
    readPlan: flippingPlan,
    sentinelIsSet: () => false,
    coolDownMs: 0,
    reconcileEveryMs: RECONCILE_EVERY_MS,
  });
  await daemon.open();
  return {
    daemon,
    close: async () => {
      await daemon.stop('the bench is over', { cancelOrders: false, drainMs: 1_000 });
      clock.stop();
      await archive.close();
    },
  };
}
