/** The exchange as a server that Alpaca's own clients talk to: REST and streams on one loopback port. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Exchange } from '../contract.ts';
import type { OutgoingEvent } from '../events.ts';
import { createDataStream } from './data-stream.ts';
import { createDriver } from './driver.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { createHttpHandler } from './http.ts';
import { createGatekeeper, type Gatekeeper, type KeyPair } from './keys.ts';
import type { MarketClock } from './market-clock.ts';
import { createRateLimiter } from './rate-limit.ts';
import { openStateJournal, type StateJournal } from './state-journal.ts';
import { createTradingStream } from './trading-stream.ts';

export interface ExchangeServerOptions {
  readonly exchange: Exchange;
  readonly clock: MarketClock;
  readonly host?: string;
  readonly port?: number;
  /** When given, only this pair is let in; otherwise any non-empty pair. */
  readonly keys?: KeyPair;
  /** Where the state survives the process; without it the exchange forgets. */
  readonly stateFolder?: string;
  /** Names tape and settings, so that a state is not continued with others. */
  readonly stateIdentity?: string;
  /** Jump over stretches without bars. */
  readonly skipIdle?: boolean;
  /** Requests a minute, as Alpaca's 200; 0 turns the limit off. */
  readonly requestsPerMinute?: number;
  /** Connections to each market-data endpoint; Alpaca allows one. */
  readonly maxDataConnections?: number;
  /** Wall milliseconds between turns of the driver; 0 leaves the turns to the caller (`turn()`). */
  readonly turnEveryMs?: number;
}

export interface ExchangeServer {
  /** "http://127.0.0.1:41234" */
  readonly url: string;
  /** "ws://127.0.0.1:41234" */
  readonly wsUrl: string;
  /** Plays the market up to the clock's now and publishes what happened. */
  turn(): void;
  close(): Promise<void>;
}

const MESSAGE_LIMIT = 1_048_576;

export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const { exchange, clock, host = '127.0.0.1', port = 0, turnEveryMs = 20 } = options;
  const events = createEventStream();
  const journal = openJournal(options, events.publish);
  clock.jumpTo(exchange.now());
  const gatekeeper = createGatekeeper(options.keys);
  const streams = createStreams(gatekeeper, options.maxDataConnections ?? 1);
  const publish = (told: readonly OutgoingEvent[]): void => {
    streams.publish(told);
    events.publish(told);
  };
  const driver = createDriver({ exchange, clock, journal, skipIdle: options.skipIdle ?? false, publish });
  const countRequest = createRateLimiter(options.requestsPerMinute ?? 200, Date.now);
  const server = createServer(createHttpHandler({ driver, clock, gatekeeper, events, countRequest }));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => upgrade(streams, sockets, request, socket, head));
  const address = await listen(server, host, port);
  const timer = turnEveryMs > 0 ? setInterval(driver.turn, turnEveryMs) : undefined;
  timer?.unref();
  return {
    url: `http://${address}`,
    wsUrl: `ws://${address}`,
    turn: driver.turn,
    close: async () => {
      clearInterval(timer);
      events.close();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      journal?.close();
    },
  };
}

function openJournal(
  { exchange, stateFolder, stateIdentity }: ExchangeServerOptions,
  onRepeated: EventStream['publish'],
): StateJournal | undefined {
  if (stateFolder === undefined) return undefined;
  return openStateJournal({ folder: stateFolder, exchange, identity: stateIdentity ?? '', onRepeated });
}

interface Streams {
  /** The stream behind a path, or nothing. */
  at(path: string): ((socket: WebSocket, request: IncomingMessage) => void) | undefined;
  publish: EventStream['publish'];
}

function createStreams(gatekeeper: Gatekeeper, maxConnections: number): Streams {
  const trading = createTradingStream({ gatekeeper, binaryFrames: true });
  const data = (market: 'stocks' | 'crypto') => createDataStream({ market, gatekeeper, maxConnections, maxSymbols: 0 });
  const endpoints = new Map([
    ['/v2/iex', data('stocks')],
    ['/v2/sip', data('stocks')],
    ['/v2/test', data('stocks')],
    ['/v1beta3/crypto/us', data('crypto')],
  ]);
  return {
    at: (path) => (path === '/stream' ? trading.accept : endpoints.get(path)?.accept),
    publish: (events) => {
      trading.publish(events);
      for (const endpoint of endpoints.values()) endpoint.publish(events);
    },
  };
}

function upgrade(streams: Streams, sockets: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const accept = streams.at((request.url ?? '').split('?')[0] ?? '');
  if (accept) sockets.handleUpgrade(request, socket, head, (client) => accept(client, request));
  else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      fail(taken ? new Error(`port ${port} on ${host} is taken; choose another, or 0 for any free one`) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      done(`${host}:${typeof address === 'object' && address ? address.port : port}`);
    });
  });
}
