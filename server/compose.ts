/** Configuration → the world: the only file that knows modes. Who answers the ports is decided here and nowhere else. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '#config/config.ts';
import { ledgerMode } from '#config/ledger-mode.ts';
import { warmUpOf } from '#config/plan.ts';
import { takeAccountLock } from './adapters/account-lock.ts';
import { accountNumberOf } from './adapters/alpaca/account.ts';
import { type AlpacaClient, createClient } from './adapters/alpaca/client.ts';
import { marketClock, wallClock } from './adapters/alpaca/clock.ts';
import { type AlpacaConnections, connectAlpaca } from './adapters/alpaca/connections.ts';
import { brokerOrigins, demoOrigins, type Origins } from './adapters/alpaca/origins.ts';
import { openArchive } from './adapters/store/open.ts';
import type { AssetSymbol } from './domain/ids.ts';
import { isCryptoSymbol } from './domain/instrument.ts';
import { DEMO_KEYS } from './exchange/wire/demo-keys.ts';
import type { Lease, Log } from './runtime/ports.ts';
import type { World } from './runtime/world.ts';

const LEASE_TTL_MS = 10_000;
const LEASE_RETRY_MS = 1_000;
/** The exchange on the same machine has no limit; ours must not be the bottleneck of a fast clock. */
const DEMO_REQUESTS_PER_MINUTE = 100_000;

export interface BrokerKeys {
  readonly id: string;
  readonly secret: string;
}

/** The other side of the wire, and what must be closed with it. */
interface Side {
  readonly origins: Origins;
  readonly keys: BrokerKeys;
  readonly requestsPerMinute: number | undefined;
  /** Its market's time is its own, and not the wall's. */
  readonly hasOwnTime: boolean;
  close(): Promise<void>;
}

/** The built-in exchange, in this process or, where one is named, in another of this machine. */
async function demoSide(config: Config): Promise<Side> {
  const stateFolder = join(config.home, 'exchange');
  const { exchangeUrl } = config.demo;
  const exchange =
    exchangeUrl === undefined ? await ownExchange(config.demo, stateFolder) : { url: exchangeUrl, close: async () => undefined };
  const { announceExchange } = await import('./exchange/wire/announce.ts');
  await announceExchange(stateFolder, exchange.url);
  return {
    origins: demoOrigins(exchange.url),
    keys: DEMO_KEYS,
    requestsPerMinute: DEMO_REQUESTS_PER_MINUTE,
    hasOwnTime: true,
    close: () => exchange.close(),
  };
}

async function ownExchange({ speed, seed, cash, barsFolder, exchangePort, skipIdle }: Config['demo'], stateFolder: string) {
  const { startDemoExchange } = await import('./exchange/wire/demo.ts');
  return await startDemoExchange({
    ...{ barsFolder, stateFolder, speed, seed, cash, skipIdle },
    port: exchangePort,
    keyId: DEMO_KEYS.id,
    secretKey: DEMO_KEYS.secret,
  });
}

/** Alpaca, or in a rehearsal an exchange of this machine, which has no limit and a clock of its own. */
function alpacaSide(mode: 'paper' | 'live', { keys, rehearsal: { exchangeUrl } }: Config): Side {
  if (keys === undefined) throw new Error(`${mode} mode needs the keys of your ${mode} account; store them with "tradar keys add ${mode}"`);
  return {
    origins: brokerOrigins(mode, exchangeUrl),
    keys: { id: keys.id.reveal(), secret: keys.secret.reveal() },
    requestsPerMinute: exchangeUrl === undefined ? undefined : DEMO_REQUESTS_PER_MINUTE,
    hasOwnTime: exchangeUrl !== undefined,
    close: async () => undefined,
  };
}

/** How many times faster than the wall market time runs, where it does. */
export const speedOf = ({ mode, demo }: Config): number | undefined => (mode === 'demo' ? demo.speed : undefined);

const LIVE_STARTS_HALTED = 'live starts halted: look at positions, orders and limits, then release';

/** `armedAccount`: the only one that may answer, where an operator has armed one. */
export interface ComposedWorld extends World {
  /** Goes over to another key of the same account: tried first, then every request and stream. Rejects where it is none, and all stays as it was. */
  takeKeys(keys: BrokerKeys): Promise<void>;
}

export async function compose(config: Config, log: Log, armedAccount: string | undefined): Promise<ComposedWorld> {
  const { mode } = config;
  const isLive = mode === 'live';
  if (isLive && armedAccount === undefined) throw new Error('live mode needs an arming; "tradar ready" says what else');
  const side = mode === 'demo' ? await demoSide(config) : alpacaSide(mode, config);
  const clientWith = ({ id, secret }: BrokerKeys): AlpacaClient =>
    createClient({
      ...{ origins: side.origins, keyId: id, secretKey: secret, log },
      ...(side.requestsPerMinute === undefined ? {} : { requestsPerMinute: side.requestsPerMinute }),
    });
  const client = clientWith(side.keys);
  const clock = (side.hasOwnTime ? marketClock : wallClock)({ client, log });
  const closers: (() => Promise<void>)[] = [side.close, async () => clock.stop()];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const [account] = await Promise.all([accountNumberOf(client, log), clock.start()]);
    if (armedAccount !== undefined && account !== armedAccount) throw new OtherAccountError(account, armedAccount);
    closers.push(await takeAccountLock({ broker: side.origins.trading, account, home: config.home }));
    const lost = leaseAlarm();
    const lease = await redisLease(config, { account, log }, lost.raise);
    if (lease !== undefined) closers.push(() => lease.release());
    const { home, databaseUrl } = config;
    const archive = await openArchive({ url: databaseUrl?.reveal(), home, mode: ledgerMode(config), account, nowMs: Date.now() });
    closers.push(() => archive.close());
    const { stocks: stockFeed, quotes, staleAfterMs } = config.feed;
    const alpaca = { client, clock, log, symbols: symbolsOf(config), warmUp: warmUpOf(config), stockFeed, quotes, staleAfterMs };
    let connections: AlpacaConnections | undefined;
    return {
      clock,
      archive,
      feeds: feedsOf(config),
      connect: (options) => {
        connections = connectAlpaca(alpaca, options);
        return connections;
      },
      takeKeys: async (keys) => {
        const answering = await accountNumberOf(clientWith(keys), log);
        if (answering !== account) throw new OtherAccountError(answering, account);
        client.takeKeys(keys);
        connections?.renew('the key was changed');
      },
      startsHalted: isLive ? LIVE_STARTS_HALTED : undefined,
      onLeaseLost: lost.listen,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The keys open another account than the one that was armed, or that is traded. */
export class OtherAccountError extends Error {
  readonly code = 'otherAccount';
  readonly hint = 'arm the account that these keys open, or store a key of the account that was meant';
  constructor(account: string, armed: string) {
    super(`the keys are of account ${account}, and account ${armed} was meant`);
    this.name = 'OtherAccountError';
  }
}

/** The lease may be lost before anybody listens. */
function leaseAlarm(): { raise: (reason: string) => void; listen: (told: (reason: string) => void) => void } {
  let reason: string | undefined;
  let listener: ((reason: string) => void) | undefined;
  return {
    raise: (why) => {
      reason = why;
      listener?.(why);
    },
    listen: (told) => {
      listener = told;
      if (reason !== undefined) told(reason);
    },
  };
}

/** A holder that was killed keeps the lease until its time is over: worth waiting for. One that lives renews it, and refuses us. */
async function redisLease(
  config: Config,
  named: { account: string; log: Log },
  onLost: (reason: string) => void,
): Promise<Lease | undefined> {
  const { redisUrl, home } = config;
  if (redisUrl === undefined) return undefined;
  const { takeRedisLease, LeaseHeldError } = await import('./adapters/redis/lease.ts');
  const holder = `pid ${process.pid} on ${hostname()}, ${home}`;
  const wanted = { url: redisUrl.reveal(), account: `${ledgerMode(config)}:${named.account}`, holder, ttlMs: LEASE_TTL_MS, onLost };
  const patientUntil = performance.now() + LEASE_TTL_MS + LEASE_RETRY_MS;
  for (;;) {
    try {
      return await takeRedisLease(wanted);
    } catch (error) {
      // A server that does not answer or refuses us will not think better of it.
      if (!(error instanceof LeaseHeldError) || performance.now() > patientUntil) throw error;
      named.log.warn({ reason: error.message }, 'waiting for the lease');
      await pause(LEASE_RETRY_MS);
    }
  }
}

const symbolsOf = (config: Config): AssetSymbol[] => config.portfolios.flatMap(({ symbols }) => symbols as AssetSymbol[]);

function feedsOf(config: Config): string[] {
  const symbols = symbolsOf(config);
  const feeds = ['tradeUpdates'];
  if (symbols.some((symbol) => !isCryptoSymbol(symbol))) feeds.push('stocks');
  if (symbols.some(isCryptoSymbol)) feeds.push('crypto');
  return feeds;
}
