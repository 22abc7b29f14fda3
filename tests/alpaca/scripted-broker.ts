/** A broker on loopback that does what each test tells it: real HTTP, real WebSockets, scripted answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What a handler may do beside answering JSON. */
export interface Answering {
  json(status: number, body: unknown, headers?: Record<string, string>): void;
  text(status: number, body: string, headers?: Record<string, string>): void;
  /** Cuts the connection without an answer. */
  drop(): void;
  readonly raw: ServerResponse;
}

type Handler = (heard: Heard, answer: Answering) => void;
type Script = (socket: WebSocket, attempt: number, request: IncomingMessage) => unknown;

export interface ScriptedBroker extends AsyncDisposable {
  readonly url: string;
  readonly heard: Heard[];
  /** The newest handler of a route counts. */
  on(route: string, handler: Handler): void;
  /** `attempt` counts from 1. */
  onStream(path: string, script: Script): void;
  /** Answers the handshake with this instead of a stream: "HTTP/1.1 429 Too Many Requests". */
  refuseStream(path: string, head: string): void;
  count(route: string): number;
  /** Resolves when the route was asked so often. */
  asked(route: string, times?: number): Promise<Heard>;
  readonly sockets: Set<WebSocket>;
}

function answering(raw: ServerResponse): Answering {
  const text = (status: number, body: string, headers: Record<string, string> = {}): void => {
    raw.writeHead(status, headers).end(body);
  };
  return {
    raw,
    text,
    json: (status, body, headers = {}) =>
      text(status, body === undefined ? '' : JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    drop: () => raw.destroy(),
  };
}

async function hear(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
  const text = Buffer.concat(chunks).toString('utf8');
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { method: request.method ?? '', path: decodeURIComponent(pathname), query: searchParams, headers: request.headers, body };
}

const routeOf = ({ method, path }: Heard): string => `${method} ${path}`;

type StreamSide = Pick<ScriptedBroker, 'onStream' | 'refuseStream' | 'sockets'> & { close(): void };

function scriptedStreams(server: Server): StreamSide {
  const scripts = new Map<string, Script>();
  const refusals = new Map<string, string>();
  const attempts = new Map<string, number>();
  const sockets = new Set<WebSocket>();
  const streams = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '';
    const script = scripts.get(path);
    if (!script) {
      socket.end(`${refusals.get(path) ?? 'HTTP/1.1 404 Not Found'}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    streams.handleUpgrade(request, socket, head, (ws) => {
      sockets.add(ws);
      ws.on('close', () => sockets.delete(ws));
      const attempt = (attempts.get(path) ?? 0) + 1;
      attempts.set(path, attempt);
      void script(ws, attempt, request);
    });
  });
  return {
    sockets,
    onStream: (path, script) => void scripts.set(path, script),
    refuseStream: (path, head) => {
      scripts.delete(path);
      refusals.set(path, head);
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
      streams.close();
    },
  };
}

export async function scriptedBroker(): Promise<ScriptedBroker> {
  const heard: Heard[] = [];
  const handlers = new Map<string, Handler>();
  const waiters: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const entry = await hear(request);
    heard.push(entry);
    const handler = handlers.get(routeOf(entry));
    if (handler) handler(entry, answering(response));
    else answering(response).json(404, { code: 40410000, message: `no route ${routeOf(entry)}` });
    for (const wake of waiters.splice(0)) wake();
  });
  const { close, ...streams } = scriptedStreams(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const count = (route: string): number => heard.filter((entry) => routeOf(entry) === route).length;
  return {
    ...streams,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    count,
    on: (route, handler) => void handlers.set(route, handler),
    asked: async (route, times = 1) => {
      while (count(route) < times) await new Promise<void>((resolve) => waiters.push(resolve));
      return heard.filter((entry) => routeOf(entry) === route)[times - 1]!;
    },
    [Symbol.asyncDispose]: async () => {
      close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
