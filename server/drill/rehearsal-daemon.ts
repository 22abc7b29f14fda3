/** A whole daemon on an exchange of its own: loop, engine, journal and the adapter with the real client; it trades nothing by itself. */
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { marketClock } from '#server/adapters/alpaca/clock.ts';
import { connectAlpaca } from '#server/adapters/alpaca/connections.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { openArchive } from '#server/adapters/store/open.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { WITHOUT_LIMITS } from '#server/domain/limits.ts';
import type { Plan } from '#server/domain/plan.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import type { Event } from '#server/engine/event.ts';
import { Daemon } from '#server/runtime/daemon.ts';
import type { Broker, KillGate, Log, Tell } from '#server/runtime/ports.ts';
import type { ConnectOptions } from '#server/runtime/world.ts';

export interface RehearsalDaemon {
  readonly daemon: Daemon;
  readonly gate: KillGate;
  /** Where events of the outside world go. */
  readonly tell: Tell;
  /** A second hand on the same gate: gives orders past the engine, and hears what became of them. */
  readonly hand: Broker & { heard(): Promise<Event> };
  close(): Promise<void>;
}

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const RECONCILE_EVERY_MS = 1_000;
/** The exchange is of this machine, and has no limit. */
const REQUESTS_PER_MINUTE = 1_000_000;

const quietPlan = (symbol: AssetSymbol): Plan => ({
  portfolios: [
    {
      id: 'drill' as PortfolioId,
      symbols: [symbol],
      deployments: [
        {
          ...{ id: 'silent' as DeploymentId, agent: 'silent', weight: 1, timeframe: MINUTE },
          hire: () => ({ onBar: () => undefined, save: () => undefined, load: () => undefined }),
        },
      ],
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

function handOf(options: Omit<Parameters<typeof createBroker>[0], 'tell'>): RehearsalDaemon['hand'] {
  const told: Event[] = [];
  let wake = (): void => undefined;
  const broker = createBroker({
    ...options,
    tell: (event) => {
      told.push(event);
      wake();
    },
  });
  const heard = async (): Promise<Event> => {
    for (;;) {
      const event = told.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { ...broker, heard };
}

export async function startRehearsalDaemon(url: string, home: string, symbol: AssetSymbol): Promise<RehearsalDaemon> {
  const log = SILENT;
  const keys = { keyId: 'demo-key', secretKey: 'demo-secret' };
  const client = createClient({ origins: demoOrigins(url), ...keys, log, requestsPerMinute: REQUESTS_PER_MINUTE });
  const clock = marketClock({ client, log });
  await clock.start();
  const archive = await openArchive({ url: undefined, home, mode: 'drill', account: 'drill', nowMs: Date.now() });
  const side = { client, clock, log, symbols: [symbol], warmUp: () => ({ minutes: 0, longer: [] }), stockFeed: 'iex' } as const;
  let connected: ConnectOptions | undefined;
  const plan = quietPlan(symbol);
  const daemon = await Daemon.start({
    world: {
      ...{ clock, archive, feeds: ['tradeUpdates'], startsHalted: undefined, onLeaseLost: () => undefined, close: () => archive.close() },
      connect: (options) => {
        connected = options;
        return connectAlpaca({ ...side, staleAfterMs: 3_600_000 }, options);
      },
    },
    ...{ plan, planText: 'drill', readPlan: () => plan, mode: 'drill', version: 'drill', log, config: () => ({}) },
    ...{ sentinelIsSet: () => false, coolDownMs: 0, reconcileEveryMs: RECONCILE_EVERY_MS },
  });
  if (connected === undefined) throw new Error('the daemon was not connected');
  const { gate, tell } = connected;
  await daemon.open();
  return {
    ...{ daemon, gate, tell, hand: handOf({ client, gate, clock, log }) },
    close: async () => {
      await daemon.stop('the drill is over', { cancelOrders: false, drainMs: 1_000 });
      clock.stop();
      await archive.close();
    },
  };
}
