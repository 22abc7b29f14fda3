/** One market-data endpoint: greeting, authentication, subscriptions, and the messages a subscriber asked for. */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { OutgoingEvent } from '../events.ts';
import { type Codec, codecFor, isRecord, readMessage } from './codec.ts';
import { channelsOf, type DataMarket, messageOf, renderSubscriptions, type Subscriptions } from './data-channels.ts';
import { type Gatekeeper, keysInHeaders } from './keys.ts';

const AUTH_WITHIN_MS = 10_000;
const SLOW_BYTES = 16 * 1_048_576;

const MESSAGES = {
  400: 'invalid syntax',
  401: 'not authenticated',
  402: 'auth failed',
  403: 'already authenticated',
  404: 'auth timeout',
  405: 'symbol limit exceeded',
  406: 'connection limit exceeded',
  407: 'slow client',
} as const;

type ErrorCode = keyof typeof MESSAGES;

export interface DataStreamOptions {
  readonly market: DataMarket;
  readonly gatekeeper: Gatekeeper;
  /** Connections that may be in at once; Alpaca allows one. */
  readonly maxConnections: number;
  /** Symbols on trades and quotes; 0 is no limit. */
  readonly maxSymbols: number;
}

export interface DataStream {
  accept(socket: WebSocket, request: IncomingMessage): void;
  publish(events: readonly OutgoingEvent[]): void;
}

interface Client {
  readonly socket: WebSocket;
  readonly codec: Codec;
  subscriptions: Subscriptions;
  isIn: boolean;
}

export function createDataStream(options: DataStreamOptions): DataStream {
  const inside = new Set<Client>();
  return {
    accept: (socket, request) => {
      const client: Client = { socket, codec: codecFor(request.headers['content-type']), subscriptions: new Map(), isIn: false };
      const patience = setTimeout(() => {
        if (!client.isIn) refuse(client, 404, true);
      }, AUTH_WITHIN_MS);
      patience.unref();
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        clearTimeout(patience);
        inside.delete(client);
      });
      socket.on('message', (data, isBinary) => hear(options, inside, client, readMessage(data, isBinary)));
      say(client, { T: 'success', msg: 'connected' });
      const [keyId, secretKey] = keysInHeaders(request.headers);
      if (keyId !== undefined) authenticate(options, inside, client, keyId, secretKey);
    },
    publish: (events) => {
      for (const client of inside) deliver(options, client, events);
    },
  };
}

function say(client: Client, message: Record<string, unknown>): void {
  client.socket.send(client.codec.encode([message]));
}

function refuse(client: Client, code: ErrorCode, isLast: boolean): void {
  say(client, { T: 'error', code, msg: MESSAGES[code] });
  if (isLast) client.socket.close(1000);
}

function authenticate(
  { gatekeeper, maxConnections }: DataStreamOptions,
  inside: Set<Client>,
  client: Client,
  keyId: unknown,
  secret: unknown,
): void {
  const fault = entryFault(gatekeeper(keyId, secret) === 'allowed', client.isIn, inside.size >= maxConnections);
  if (fault !== undefined) {
    refuse(client, fault, fault !== 403);
    return;
  }
  client.isIn = true;
  inside.add(client);
  say(client, { T: 'success', msg: 'authenticated' });
}

function entryFault(isAllowed: boolean, isInAlready: boolean, isFull: boolean): ErrorCode | undefined {
  if (isInAlready) return 403;
  if (!isAllowed) return 402;
  return isFull ? 406 : undefined;
}

function hear(options: DataStreamOptions, inside: Set<Client>, client: Client, message: unknown): void {
  const action = isRecord(message) ? message['action'] : undefined;
  if (!isRecord(message)) refuse(client, 400, false);
  else if (action === 'auth') authenticate(options, inside, client, message['key'], message['secret']);
  else if (!client.isIn) refuse(client, 401, false);
  else if (action === 'subscribe' || action === 'unsubscribe') subscribe(options, client, message, action === 'subscribe');
  else refuse(client, 400, false);
}

function subscribe({ market, maxSymbols }: DataStreamOptions, client: Client, message: Record<string, unknown>, isMore: boolean): void {
  const next = changed(market, client.subscriptions, message, isMore);
  const limited = Math.max(next?.get('trades')?.size ?? 0, next?.get('quotes')?.size ?? 0);
  if (!next) refuse(client, 400, false);
  else if (maxSymbols > 0 && limited > maxSymbols) refuse(client, 405, false);
  else {
    client.subscriptions = next;
    say(client, renderSubscriptions(market, next));
  }
}

/** The subscriptions after a message, or nothing when it names something that is no list of symbols. */
function changed(market: DataMarket, current: Subscriptions, message: Record<string, unknown>, isMore: boolean): Subscriptions | undefined {
  const next: Subscriptions = new Map([...current].map(([channel, symbols]) => [channel, new Set(symbols)]));
  for (const channel of channelsOf(market)) {
    const named = message[channel];
    if (named === undefined || named === null) continue;
    if (!Array.isArray(named) || !named.every((symbol): symbol is string => typeof symbol === 'string')) return undefined;
    const symbols = next.get(channel) ?? new Set<string>();
    for (const symbol of named) {
      if (isMore) symbols.add(symbol);
      else symbols.delete(symbol);
    }
    next.set(channel, symbols);
  }
  return next;
}

function deliver({ market }: DataStreamOptions, client: Client, events: readonly OutgoingEvent[]): void {
  const messages: Record<string, unknown>[] = [];
  for (const event of events) {
    const message = messageOf(market, event, client.subscriptions, client.codec.time);
    if (message) messages.push(message);
  }
  if (messages.length === 0) return;
  if (client.socket.bufferedAmount > SLOW_BYTES) refuse(client, 407, true);
  else client.socket.send(client.codec.encode(messages));
}
