/** All market-data endpoints: which path hears what, and when. */
import { type Instant, MINUTE_MS } from '../../domain/time.ts';
import type { OutgoingEvent } from '../events.ts';
import { feedHas } from '../market/entitlement.ts';
import { createDataStream, type DataStream, type StreamErrorCode } from './data-stream.ts';
import { createFakeStock } from './fake-stock.ts';
import type { Gatekeeper } from './keys.ts';
import type { Wall } from './wall.ts';

export interface DataEndpointOptions {
  readonly gatekeeper: Gatekeeper;
  readonly wall: Wall;
  /** Connections to each endpoint; Alpaca allows one. Default 1. */
  readonly maxConnections?: number;
  /** The free plan: 30 symbols on `/v2/iex`, and neither SIP nor the overnight feeds. Default "unlimited". */
  readonly plan?: 'free' | 'unlimited';
  /** Bytes that may wait for a client. Default 16 MB. */
  readonly maxWaitingBytes?: number;
  /** Default 10 s. */
  readonly authWithinMs?: number;
  /** Errors that whoever authenticates at a path is told instead of being let in. */
  readonly refusals?: Readonly<Record<string, StreamErrorCode>>;
}

export interface DataEndpoints {
  at(path: string): DataStream | undefined;
  publish(events: readonly OutgoingEvent[]): void;
  /** Market time goes on: the endpoints with a rhythm of their own say what is due. */
  tick(now: Instant): void;
}

const FREE_SYMBOLS = 30;
const DELAY_MS = 15 * MINUTE_MS;
const DEFAULT_WAITING_BYTES = 16 * 1_048_576;
const DEFAULT_AUTH_MS = 10_000;

const STOCKS = ['/v2/iex', '/v2/sip'];
const DELAYED = '/v2/delayed_sip';
const TEST = '/v2/test';
const OVERNIGHT = ['/v1beta1/boats', '/v1beta1/overnight'];
// The second beta has the same messages; ccxt and the old Python client still connect to it.
const CRYPTO = ['/v1beta3/crypto/us', '/v1beta3/crypto/us-1', '/v1beta3/crypto/eu-1', '/v1beta2/crypto'];
const NEWS = '/v1beta1/news';
const NOT_FREE: ReadonlySet<string> = new Set(['/v2/sip', ...OVERNIGHT]);

export function createDataEndpoints(options: DataEndpointOptions): DataEndpoints {
  const stream = (market: 'stocks' | 'crypto' | 'news') => (path: string) => [path, streamAt(options, path, market)] as const;
  const live = new Map([...STOCKS.map(stream('stocks')), ...CRYPTO.map(stream('crypto')), stream('news')(NEWS)]);
  const overnight = new Map(OVERNIGHT.map(stream('stocks')));
  const delayed = streamAt(options, DELAYED, 'stocks');
  const test = streamAt(options, TEST, 'stocks');
  const all = new Map([...live, ...overnight, [DELAYED, delayed], [TEST, test]]);
  const fake = createFakeStock();
  let waiting: { readonly due: number; readonly events: readonly OutgoingEvent[] }[] = [];
  return {
    at: (path) => all.get(path),
    publish: (events) => {
      for (const endpoint of live.values()) endpoint.publish(events);
      for (const endpoint of overnight.values()) if (endpoint.hasClients()) endpoint.publish(events.filter(isOfTheNight));
      if (!delayed.hasClients()) waiting = [];
      else waiting.push(...byDue(events));
    },
    tick: (now) => {
      const due = waiting.filter((batch) => batch.due <= now);
      if (due.length > 0) {
        waiting = waiting.filter((batch) => batch.due > now);
        delayed.publish(due.flatMap((batch) => batch.events));
      }
      // It is there for whoever listens; with nobody there it has nothing to say.
      if (test.hasClients()) test.publish(fake.until(now));
    },
  };
}

function streamAt(options: DataEndpointOptions, path: string, market: 'stocks' | 'crypto' | 'news'): DataStream {
  const isFree = options.plan === 'free';
  const refusal = options.refusals?.[path] ?? (isFree && NOT_FREE.has(path) ? 409 : undefined);
  return createDataStream({
    market,
    gatekeeper: options.gatekeeper,
    wall: options.wall,
    maxConnections: options.maxConnections ?? 1,
    maxSymbols: isFree && path === '/v2/iex' ? FREE_SYMBOLS : 0,
    maxWaitingBytes: options.maxWaitingBytes ?? DEFAULT_WAITING_BYTES,
    authWithinMs: options.authWithinMs ?? DEFAULT_AUTH_MS,
    ...(refusal === undefined ? {} : { refusal }),
  });
}

/** Market time at which an event was told. */
function toldAt(event: OutgoingEvent): number | undefined {
  switch (event.kind) {
    case 'bar':
      return event.bar.endsAt;
    case 'quote':
    case 'trade':
      return event.quote.at;
    case 'dailyBar':
    case 'updatedBar':
      return undefined;
    case 'news':
      return event.article.at;
    default:
      return event.at;
  }
}

/** Neighbours of the same instant go together; what has no instant of its own goes with the one before. */
function byDue(events: readonly OutgoingEvent[]): { due: number; events: OutgoingEvent[] }[] {
  const batches: { due: number; events: OutgoingEvent[] }[] = [];
  for (const event of events) {
    if (event.kind === 'tradeUpdate') continue;
    const last = batches.at(-1);
    const due = (toldAt(event) ?? (last ? last.due - DELAY_MS : 0)) + DELAY_MS;
    if (last?.due === due) last.events.push(event);
    else batches.push({ due, events: [event] });
  }
  return batches;
}

function isOfTheNight(event: OutgoingEvent): boolean {
  const at = toldAt(event);
  return at !== undefined && feedHas('overnight', event.kind === 'bar' ? event.bar.startsAt : at);
}
