/**
 * The official SDK, set up once: keys passed by hand (it would look into the environment), requests only to the whitelist
 * and through our own budget, a time limit on each attempt, retries only of reads. Nothing in this folder goes around it.
 */
import { Alpaca } from '@alpacahq/alpaca-trade-api';
import type { Log } from '#server/runtime/ports.ts';
import { type Answer, answerOf, answerOfReply, NotSentError } from './answer.ts';
import { createBudget, type Lane } from './budget.ts';
import { within } from './deadline.ts';
import { type LastLook, refuseUnseen } from './last-look.ts';
import type { Origins, StockFeed } from './origins.ts';
import { rateOf } from './rate-reading.ts';
import { createRequestQueue } from './request-queue.ts';
import type { CryptoStream, SocketFactory, StockStream, TradeUpdateStream } from './sdk.ts';
import { openSocket } from './socket.ts';
import { NETWORK, type Transport } from './transport.ts';

export interface ClientOptions {
  readonly origins: Origins;
  readonly keyId: string;
  readonly secretKey: string;
  readonly log: Log;
  /** Until the broker's headers say otherwise; trading and market data count apart. */
  readonly requestsPerMinute?: number;
  /** Of each attempt, without the time it waited for its turn. */
  readonly timeoutMs?: number;
  /** Resolves after so many milliseconds: between the attempts of a read. */
  readonly pause?: (ms: number) => Promise<void>;
  /** 0 to 1: spreads the attempts. */
  readonly random?: () => number;
  /** Between two signs of life on a stream; the SDK's own rhythm by default. */
  readonly pingEveryMs?: number;
  /** The network by default. */
  readonly transport?: Transport;
}

/** What the SDK's `…Raw` calls give: the reply as it came. */
interface Sent {
  readonly raw: Response;
}

/** A stream of the SDK, and the way to be rid of its socket even when the other side is silent. */
export interface OpenStream<S> {
  readonly stream: S;
  end(): void;
}

export interface AlpacaClient {
  readonly origins: Origins;
  /** A read: waits for its turn, tries again after network errors, 5xx and 429. */
  read(lane: Lane, send: (alpaca: Alpaca) => Promise<Sent>): Promise<Answer>;
  /** A change: one attempt. Throws only when the last look or the whitelist kept it from being sent. */
  change(lane: Lane, send: (alpaca: Alpaca) => Promise<Sent>): Promise<Answer>;
  /** A read of market data, which has a budget of its own. */
  readData(lane: Lane, send: (alpaca: Alpaca) => Promise<Sent>): Promise<Answer>;
  /** Nothing is sent any more, and the key is let go. */
  sever(): void;
  /** From the next request and the next stream on; what is under way goes on with the key it began with. */
  takeKeys(keys: { readonly id: string; readonly secret: string }): void;
  openTradeUpdates(): OpenStream<TradeUpdateStream>;
  openStocks(feed: StockFeed): OpenStream<StockStream>;
  openCrypto(): OpenStream<CryptoStream>;
}

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 60_000;
const REQUESTS_PER_MINUTE = 200;
const TIMEOUT_MS = 10_000;

const SEVERED = { kind: 'silence', status: undefined, text: 'this process was severed from the broker', retryAfterMs: undefined } as const;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function checkKeys(keyId: string, secretKey: string): void {
  const missing = [keyId.trim() === '' && 'the key id', secretKey.trim() === '' && 'the secret key'].filter(Boolean);
  if (missing.length === 0) return;
  throw new Error(`${missing.join(' and ')} of the Alpaca account is empty; set APCA_API_KEY_ID and APCA_API_SECRET_KEY`);
}

/** The one place where a request leaves: it goes where the table says, follows no redirect, and is looked at a last time. */
function guardedFetch(origins: Origins, { fetch }: Transport, timeoutMs: number, heard: (target: string, response: Response) => void) {
  return async (url: string, init: LastLook): Promise<Response> => {
    const target = origins.resolve(url);
    refuseUnseen(target, init);
    // Here for whatever carries it; the network looks again when the connection is there.
    init.lastLook?.();
    return await within(timeoutMs, async (signal) => {
      const response = await fetch(target, { ...init, redirect: 'error', signal });
      heard(url, response);
      return response;
    });
  };
}

/** Trading and market data count apart. */
function lanesOf(requestsPerMinute: number) {
  const budgetOf = () => createBudget({ requestsPerMinute, now: () => performance.now() });
  const budgets = { trading: budgetOf(), data: budgetOf() };
  const queues = { trading: createRequestQueue(budgets.trading), data: createRequestQueue(budgets.data) };
  /** Requests that were sent and not answered. */
  return { budgets, queues, underWay: { trading: 0, data: 0 } };
}

export function createClient(options: ClientOptions): AlpacaClient {
  const { origins, keyId, secretKey, log, pause = after, random = Math.random, transport = NETWORK } = options;
  checkKeys(keyId, secretKey);
  const { budgets, underWay, queues } = lanesOf(options.requestsPerMinute ?? REQUESTS_PER_MINUTE);
  const fetchApi = guardedFetch(origins, transport, options.timeoutMs ?? TIMEOUT_MS, (url, response) => {
    const of = url.startsWith('https://data.') ? 'data' : 'trading';
    budgets[of].observe({ ...rateOf(response, Date.now()), underWay: underWay[of] - 1 });
  });
  const sdkWith = (id: string, secret: string): Alpaca =>
    new Alpaca({ keyId: id, secret, paper: true, rateLimit: false, retry: false, timeoutMs: 0, fetchApi });
  let alpaca: Alpaca | undefined = sdkWith(keyId, secretKey);

  const attempt = async (of: keyof typeof queues, lane: Lane, send: (alpaca: Alpaca) => Promise<Sent>): Promise<Answer> => {
    await queues[of].turn(lane);
    if (alpaca === undefined) return SEVERED;
    underWay[of]++;
    try {
      const { raw } = await send(alpaca);
      return await answerOfReply(raw);
    } catch (error) {
      return await answerOf(error);
    } finally {
      underWay[of]--;
    }
  };
  const persist = async (of: keyof typeof queues, lane: Lane, send: (alpaca: Alpaca) => Promise<Sent>): Promise<Answer> => {
    for (let failed = 0; ; ) {
      const answer = await attempt(of, lane, send);
      if (answer.kind !== 'silence' || ++failed === ATTEMPTS) return answer;
      const backOffMs = FIRST_PAUSE_MS * 2 ** failed * (0.5 + random() / 2);
      const waitMs = Math.min(Math.max(answer.retryAfterMs ?? 0, backOffMs), LONGEST_PAUSE_MS);
      log.debug({ lane, reason: answer.text, waitMs }, 'reading from the broker again');
      await pause(waitMs);
    }
  };
  return {
    origins,
    read: (lane, send) => persist('trading', lane, send),
    change: async (lane, send) => {
      const answer = await attempt('trading', lane, send);
      if (answer === SEVERED) throw new NotSentError('SEVERED', SEVERED.text);
      return answer;
    },
    sever: () => {
      alpaca = undefined;
    },
    readData: (lane, send) => persist('data', lane, send),
    takeKeys: ({ id, secret }) => {
      checkKeys(id, secret);
      // What was severed stays so.
      if (alpaca !== undefined) alpaca = sdkWith(id, secret);
    },
    ...streamsOf(() => alpaca, origins, transport, options.pingEveryMs),
  };
}

type Streams = Pick<AlpacaClient, 'openTradeUpdates' | 'openStocks' | 'openCrypto'>;

function streamsOf(sdk: () => Alpaca | undefined, origins: Origins, transport: Transport, pingEveryMs: number | undefined): Streams {
  const open = <S extends { disconnect(): void }>(make: (alpaca: Alpaca, wsFactory: SocketFactory) => S): OpenStream<S> => {
    const alpaca = sdk();
    if (alpaca === undefined) throw new NotSentError('SEVERED', SEVERED.text);
    const socket = openSocket(origins, transport);
    const stream = make(alpaca, socket.factory);
    return {
      stream,
      end: () => {
        stream.disconnect();
        socket.end();
      },
    };
  };
  // The supervisor makes a new stream for each attempt: the SDK's own would stop for good, and can be stuck for ever.
  const once = { maxReconnectAttempts: 0, ...(pingEveryMs === undefined ? {} : { pingIntervalMs: pingEveryMs }) };
  return {
    openTradeUpdates: () =>
      open(({ trading }, wsFactory) => trading.stream({ ...once, url: origins.streamUrl('tradeUpdates'), wsFactory })),
    openStocks: (feed) =>
      open(({ marketData }, wsFactory) => marketData.stockStream({ ...once, url: origins.streamUrl('stocks', feed), wsFactory })),
    openCrypto: () =>
      open(({ marketData }, wsFactory) => marketData.cryptoStream({ ...once, url: origins.streamUrl('crypto'), wsFactory })),
  };
}
