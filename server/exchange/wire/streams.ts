/** All WebSocket streams behind one upgrade: which path is which stream, who may connect, and who is connected. */
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Instant } from '../../domain/time.ts';
import type { OutgoingEvent } from '../events.ts';
import { createDataEndpoints, type DataEndpointOptions } from './data-endpoints.ts';
import type { Faults } from './faults.ts';
import { plagueSocket, turnAway } from './faults-frames.ts';
import type { Upgrade } from './listeners.ts';
import type { StreamRequest, StreamSocket } from './stream-socket.ts';
import { createTradingStream } from './trading-stream.ts';

export interface StreamsOptions extends DataEndpointOptions {
  readonly tradeUpdateFrames: 'binary' | 'text';
  /** Connections to `/stream` at once; 0 is no limit. */
  readonly maxTradingConnections: number;
}

/** What becomes of a request for a stream: it is refused with an HTTP status, or its socket is taken. */
export type Entrance = { readonly refusal: string } | { readonly refusal: undefined; take(socket: StreamSocket, line?: Duplex): void };

export interface Streams {
  /** Asked before there is a socket. */
  enter(request: StreamRequest): Entrance;
  /** Takes a connection over, or refuses it with an HTTP status. */
  readonly upgrade: Upgrade;
  /** Breaks the connections to a stream, or to all; says how many. */
  drop(path: string | undefined): number;
  publish(events: readonly OutgoingEvent[]): void;
  tick(now: Instant): void;
  close(): void;
}

const TRADING = '/stream';
const CONNECTION_LIMIT = 406;
const WAITING_BYTES = 16 * 1_048_576;
const MESSAGE_LIMIT = 1_048_576;

export function createStreams(options: StreamsOptions, faults: Faults): Streams {
  const { gatekeeper, maxWaitingBytes = WAITING_BYTES, tradeUpdateFrames, maxTradingConnections } = options;
  const trading = createTradingStream({ gatekeeper, binaryFrames: tradeUpdateFrames === 'binary', maxWaitingBytes });
  const data = createDataEndpoints(options);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT, perMessageDeflate: false });
  const connected = new Map<StreamSocket, string>();
  const on = (path: string): StreamSocket[] => [...connected].flatMap(([socket, at]) => (at === path ? [socket] : []));
  const isFull = (): boolean =>
    maxTradingConnections > 0 && on(TRADING).filter((socket) => socket.readyState === socket.OPEN).length >= maxTradingConnections;
  const take = (socket: StreamSocket, line: Duplex | undefined, request: StreamRequest, path: string): void => {
    connected.set(socket, path);
    socket.on('close', () => connected.delete(socket));
    const entry = path === TRADING ? 'free' : faults.entry(path);
    if (entry === 'takeover') breakAll(on(path), socket);
    if (typeof entry === 'number') turnAway(socket, request, entry);
    else {
      plagueSocket(socket, path, faults);
      if (path === TRADING) trading.accept(socket, request, line);
      else data.at(path)?.accept(socket, request);
    }
  };
  const enter = (request: StreamRequest): Entrance => {
    // The old Python client connects to `/stream/`.
    const path = (request.url ?? '').split('?')[0]?.replace(/\/+$/, '') ?? '';
    if (path !== TRADING && !data.at(path)) return { refusal: '404 Not Found' };
    if (path === TRADING) {
      const entry = isFull() ? CONNECTION_LIMIT : faults.entry(TRADING);
      if (typeof entry === 'number') return { refusal: '429 Too Many Requests' };
      if (entry === 'takeover') breakAll(on(TRADING));
    }
    return { refusal: undefined, take: (socket, line) => take(socket, line, request, path) };
  };
  return {
    enter,
    upgrade: (request, socket, head) => {
      const entrance = enter(request);
      if (entrance.refusal !== undefined) refuse(socket, entrance.refusal);
      else sockets.handleUpgrade(request, socket, head, (client) => entrance.take(client, socket));
    },
    drop: (path) => {
      const chosen = path === undefined ? [...connected.keys()] : on(path);
      for (const socket of chosen) socket.terminate();
      return chosen.length;
    },
    publish: (events) => {
      trading.publish(events);
      data.publish(events);
    },
    tick: data.tick,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function breakAll(sockets: readonly StreamSocket[], except?: StreamSocket): void {
  for (const socket of sockets) if (socket !== except) socket.terminate();
}

/** A client that is gone before it hears of it is nobody's error. */
function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
