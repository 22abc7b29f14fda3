/** One market-data endpoint: greeting, authentication, subscriptions, and the messages a subscriber asked for. */
import type { OutgoingEvent } from '../events.ts';
import { type Codec, codecFor, isRecord, readMessage } from './codec.ts';
import { type Books, messagesOf, type StreamMarket, wholeBook } from './data-channels.ts';
import { createFrames, type Selection, selectionOf } from './data-frames.ts';
import { changedWishes, exceeds, renderWishes } from './data-wishes.ts';
import { type Gatekeeper, keysInHeaders } from './keys.ts';
import type { StreamRequest, StreamSocket } from './stream-socket.ts';
import type { Wall } from './wall.ts';

export const STREAM_ERRORS = {
  400: 'invalid syntax',
  401: 'not authenticated',
  402: 'auth failed',
  403: 'already authenticated',
  404: 'auth timeout',
  405: 'symbol limit exceeded',
  406: 'connection limit exceeded',
  407: 'slow client',
  408: 'v2 not enabled',
  409: 'insufficient subscription',
  410: 'invalid subscribe action for this feed',
  411: 'insufficient scope',
  412: 'option messages are only available in MsgPack format',
  413: 'star subscription is not allowed for option quotes',
  500: 'internal error',
} as const;

export type StreamErrorCode = keyof typeof STREAM_ERRORS;

export interface DataStreamOptions {
  readonly market: StreamMarket;
  readonly gatekeeper: Gatekeeper;
  /** Connections that may be in at once; Alpaca allows one. */
  readonly maxConnections: number;
  /** Symbols on trades and quotes together; 0 is no limit. */
  readonly maxSymbols: number;
  /** Bytes that may wait for a client before it is told that it is slow. */
  readonly maxWaitingBytes: number;
  readonly authWithinMs: number;
  readonly wall: Wall;
  /** Told to whoever authenticates, instead of letting them in. */
  readonly refusal?: StreamErrorCode;
}

export interface DataStream {
  accept(socket: StreamSocket, request: StreamRequest): void;
  publish(events: readonly OutgoingEvent[]): void;
  /** Whether anybody is in. */
  hasClients(): boolean;
}

interface Client {
  readonly socket: StreamSocket;
  readonly codec: Codec;
  selection: Selection;
  isIn: boolean;
}

interface Room {
  readonly options: DataStreamOptions;
  readonly inside: Set<Client>;
  readonly books: Books;
  /** Market time of the last event. */
  at: number;
}

export function createDataStream(options: DataStreamOptions): DataStream {
  const room: Room = { options, inside: new Set(), books: new Map(), at: 0 };
  return {
    accept: (socket, request) => accept(room, socket, request),
    publish: (events) => publish(room, events),
    hasClients: () => room.inside.size > 0,
  };
}

function accept(room: Room, socket: StreamSocket, request: StreamRequest): void {
  const codec = codecFor(request.headers['content-type']);
  const client: Client = { socket, codec, selection: selectionOf(codec, new Map()), isIn: false };
  const endPatience = room.options.wall.after(room.options.authWithinMs, () => {
    if (!client.isIn) refuse(client, 404, true);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    endPatience();
    room.inside.delete(client);
  });
  socket.on('message', (data, isBinary) => {
    try {
      hear(room, client, readMessage(data, isBinary));
    } catch {
      refuse(client, 500, false);
    }
  });
  say(client, { T: 'success', msg: 'connected' });
  const [keyId, secretKey] = keysInHeaders(request.headers);
  if (keyId !== undefined) authenticate(room, client, keyId, secretKey);
}

function say(client: Client, message: Record<string, unknown>): void {
  client.socket.send(client.codec.encode([message]));
}

function refuse(client: Client, code: StreamErrorCode, isLast: boolean): void {
  say(client, { T: 'error', code, msg: STREAM_ERRORS[code] });
  if (isLast) client.socket.close(1000);
}

function authenticate(room: Room, client: Client, keyId: unknown, secret: unknown): void {
  const fault = entryFault(room, client, keyId, secret);
  if (fault !== undefined) {
    refuse(client, fault, fault !== 403);
    return;
  }
  client.isIn = true;
  room.inside.add(client);
  say(client, { T: 'success', msg: 'authenticated' });
}

function entryFault({ options, inside }: Room, client: Client, keyId: unknown, secret: unknown): StreamErrorCode | undefined {
  if (client.isIn) return 403;
  if (options.gatekeeper(keyId, secret) !== 'allowed') return 402;
  if (options.refusal !== undefined) return options.refusal;
  // Who has said goodbye is no longer in the way, even before the last word of it has been heard.
  const open = [...inside].filter(({ socket }) => socket.readyState === socket.OPEN).length;
  return open >= options.maxConnections ? 406 : undefined;
}

function hear(room: Room, client: Client, message: unknown): void {
  const action = isRecord(message) ? message['action'] : undefined;
  if (!isRecord(message)) refuse(client, 400, false);
  else if (action === 'auth') authenticate(room, client, message['key'], message['secret']);
  else if (!client.isIn) refuse(client, 401, false);
  else if (action === 'subscribe' || action === 'unsubscribe') subscribe(room, client, message, action === 'subscribe');
  else refuse(client, 400, false);
}

function subscribe(room: Room, client: Client, message: Record<string, unknown>, isMore: boolean): void {
  const { market, maxSymbols } = room.options;
  const before = client.selection.subscriptions;
  const next = changedWishes(market, before, message, isMore);
  if (typeof next === 'number') refuse(client, next, false);
  else if (isMore && exceeds(next, maxSymbols)) refuse(client, 405, false);
  else {
    client.selection = selectionOf(client.codec, next);
    say(client, renderWishes(market, next));
    if (market === 'crypto' && isMore) sendBooks(room, client, message['orderbooks']);
  }
}

/** Whole books come first, then their changes. */
function sendBooks({ books, at }: Room, client: Client, named: unknown): void {
  if (!Array.isArray(named)) return;
  const symbols = named.includes('*') ? [...books.keys()] : named;
  for (const symbol of symbols) {
    const levels = books.get(symbol);
    if (levels) say(client, wholeBook(symbol, at as Parameters<typeof wholeBook>[1], levels).render(client.codec.time));
  }
}

function publish(room: Room, events: readonly OutgoingEvent[]): void {
  const { options, inside, books } = room;
  // Books go on without listeners, so that the first one to come gets a whole one.
  if (inside.size === 0 && options.market !== 'crypto') return;
  const messages = events.flatMap((event) => messagesOf(options.market, event, books));
  const last = events.at(-1);
  if (last?.kind === 'quote' || last?.kind === 'trade') room.at = last.quote.at;
  else if (last?.kind === 'bar') room.at = last.bar.endsAt;
  if (messages.length === 0 || inside.size === 0) return;
  const framesFor = createFrames(messages);
  for (const client of [...inside]) deliver(room, client, framesFor(client.selection));
}

function deliver({ options, inside }: Room, client: Client, frames: readonly Uint8Array[]): void {
  for (const frame of frames) {
    if (client.socket.bufferedAmount > options.maxWaitingBytes) {
      inside.delete(client);
      refuse(client, 407, true);
      return;
    }
    client.socket.send(frame, { binary: client.codec.isBinary });
  }
}
