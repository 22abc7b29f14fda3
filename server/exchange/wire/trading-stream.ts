/**
 * `/stream`: authenticate, listen, and then every trade update, as JSON in binary frames like Alpaca's paper host sends
 * them, or as msgpack when the client's `Content-Type` says so.
 */
import type { Duplex } from 'node:stream';
import type { OutgoingEvent } from '../events.ts';
import { renderTradeUpdate } from '../view/order-view.ts';
import { type Codec, codecFor, isRecord, MSGPACK_CODEC, readMessage } from './codec.ts';
import { type Gatekeeper, TOKEN_HOLDER } from './keys.ts';
import type { StreamRequest, StreamSocket } from './stream-socket.ts';

export interface TradingStream {
  /** Takes a connection over, and the line beneath it, where there is one. */
  accept(socket: StreamSocket, request: StreamRequest, line: Duplex | undefined): void;
  publish(events: readonly OutgoingEvent[]): void;
}

export interface TradingStreamOptions {
  readonly gatekeeper: Gatekeeper;
  /** Paper sends binary frames, live text. */
  readonly binaryFrames: boolean;
  /** Bytes that may wait for a client before it is let go. */
  readonly maxWaitingBytes: number;
}

interface Client {
  readonly socket: StreamSocket;
  readonly line: Duplex | undefined;
  readonly codec: Codec;
  isIn: boolean;
  listens: boolean;
}

export function createTradingStream(options: TradingStreamOptions): TradingStream {
  const clients = new Set<Client>();
  return {
    accept: (socket, request, line) => {
      const codec = codecFor(request.headers['content-type']);
      const client: Client = { socket, line, codec, isIn: false, listens: false };
      clients.add(client);
      socket.on('error', () => socket.terminate());
      socket.on('close', () => clients.delete(client));
      socket.on('message', (data, isBinary) => hear(options, client, readMessage(data, isBinary)));
    },
    publish: (events) => {
      const listeners = [...clients].filter((client) => client.listens);
      if (listeners.length === 0) return;
      for (const event of events) {
        if (event.kind !== 'tradeUpdate') continue;
        const message = { stream: 'trade_updates', data: renderTradeUpdate(event) };
        const text = JSON.stringify(message);
        for (const client of listeners) {
          if (client.line !== undefined) gather(client.line);
          send(options, client, client.codec === MSGPACK_CODEC ? client.codec.encode(message) : text);
        }
      }
    },
  };
}

function hear(options: TradingStreamOptions, client: Client, message: unknown): void {
  const action = isRecord(message) ? message['action'] : undefined;
  if (!isRecord(message) || typeof action !== 'string') {
    say(options, client, complaint('invalid message: expected a JSON object with an action'));
    return;
  }
  const data = message['data'];
  if (action === 'authenticate') authorize(options, client, ...keysIn(isRecord(data) ? data : {}));
  else if (action === 'auth') authorize(options, client, message['key'], message['secret']);
  else if (action === 'listen' || action === 'unlisten') listen(options, client, data, action === 'listen');
  else say(options, client, complaint(`unknown action: ${action.slice(0, 40)}`));
}

function authorize(options: TradingStreamOptions, client: Client, keyId: unknown, secret: unknown): void {
  client.isIn = options.gatekeeper(keyId, secret) === 'allowed';
  if (client.isIn) say(options, client, { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
  else {
    say(options, client, { stream: 'authorization', data: { status: 'unauthorized', action: 'authenticate', message: UNAUTHORIZED } });
    client.socket.close(1000);
  }
}

function listen(options: TradingStreamOptions, client: Client, data: unknown, isMore: boolean): void {
  if (!client.isIn) {
    say(options, client, { stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } });
    return;
  }
  const named = isRecord(data) && Array.isArray(data['streams']) ? data['streams'] : [];
  const isNamed = named.includes('trade_updates');
  client.listens = isMore ? isNamed : client.listens && !isNamed;
  say(options, client, { stream: 'listening', data: { streams: client.listens ? ['trade_updates'] : [] } });
}

const say = (options: TradingStreamOptions, client: Client, message: unknown): void => send(options, client, client.codec.encode(message));

function send({ binaryFrames, maxWaitingBytes }: TradingStreamOptions, { socket, codec }: Client, data: string | Uint8Array): void {
  if (socket.bufferedAmount > maxWaitingBytes) socket.terminate();
  else socket.send(data, { binary: binaryFrames || codec.isBinary });
}

/** More than this does not wait for the end of the round, nor does it count as waiting for the client. */
const GATHERED_BYTES = 65_536;

/** What is written until this round of the process is over leaves together: a system call for many frames instead of one for each. */
function gather(line: Duplex): void {
  if (line.writableCorked === 0) {
    line.cork();
    setImmediate(() => line.uncork());
  } else if (line.writableLength > GATHERED_BYTES) {
    line.uncork();
    line.cork();
  }
}

const UNAUTHORIZED = 'access key verification failed';

/** A pair of keys, or a token, which the gatekeeper knows by its holder's name. */
const keysIn = (data: Record<string, unknown>): readonly [unknown, unknown] =>
  data['oauth_token'] === undefined ? [data['key_id'], data['secret_key']] : [TOKEN_HOLDER, data['oauth_token']];

const complaint = (message: string): Record<string, unknown> => ({ action: 'error', data: { error_message: message } });
