/** tRPC over WebSocket: let in by the same gate, silent without a token for a moment only, and never fed faster than it reads. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { callerOf } from './caller.ts';
import { report } from './calls.ts';
import type { Context, House } from './context.ts';
import type { Gate } from './gate.ts';
import type { Role } from './role.ts';
import { appRouter } from './routers/app.ts';
import { bearerOf } from './token.ts';

const PING_MS = 30_000;
const PONG_WAIT_MS = 5_000;
const CLOSE_WAIT_MS = 500;
const NO_TOKEN = 1008;
const GOING_AWAY = 1001;
/** Answers that a client asked for and does not read; beyond it the client is cut off. */
const MAX_UNREAD_BYTES = 8 * 1_048_576;

export interface Sockets {
  close(): Promise<void>;
}

export function serveSockets(
  http: Server,
  house: House,
  { gate, roleOf }: { gate: Gate; roleOf: (claimed: string) => Role | undefined },
): Sockets {
  const { limits } = house;
  const wss = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes, perMessageDeflate: false });
  const loggedIn = new WeakSet<WebSocket>();
  http.on('upgrade', (req, socket, head) => {
    const status = refusalOf(req, gate, wss.clients.size >= limits.maxStreams);
    if (status !== undefined) return refuse(socket, status);
    wss.handleUpgrade(req, socket, head, (client) => wss.emit('connection', client, req));
  });
  wss.on('connection', (client) => {
    const deadline = setTimeout(() => {
      if (!loggedIn.has(client)) client.close(NO_TOKEN, 'no token');
    }, limits.loginDeadlineMs);
    client.on('close', () => clearTimeout(deadline));
    client.on('message', () => {
      if (client.bufferedAmount > MAX_UNREAD_BYTES) client.terminate();
    });
  });
  const handler = applyWSSHandler<typeof appRouter>({
    wss,
    router: appRouter,
    maxBatchSize: limits.maxBatchSize,
    keepAlive: { enabled: true, pingMs: PING_MS, pongWaitMs: PONG_WAIT_MS },
    createContext: ({ req, res, info }): Context => {
      const caller = callerOf(req, info.connectionParams?.['token'] ?? bearerOf(req.headers.authorization), { house, roleOf });
      if (caller.role !== undefined) loggedIn.add(res);
      return { ...house, ...caller };
    },
    onError: ({ error, ctx, path }) => report(error, ctx, path),
  });
  return {
    async close() {
      // Readers come back by themselves, with the id of the last event they have.
      handler.broadcastReconnectNotification();
      await Promise.all([...wss.clients].map(farewell));
      wss.close();
    },
  };
}

function refusalOf(req: IncomingMessage, gate: Gate, isFull: boolean): string | undefined {
  if (gate.complaint(req) !== undefined) return '403 Forbidden';
  if ((req.url ?? '').split('?', 1)[0] !== '/trpc') return '404 Not Found';
  return isFull ? '503 Service Unavailable' : undefined;
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nX-Request-ID: ${randomUUID()}\r\n\r\n`);
}

async function farewell(client: WebSocket): Promise<void> {
  const timer = setTimeout(() => client.terminate(), CLOSE_WAIT_MS);
  const closed = once(client, 'close');
  client.close(GOING_AWAY, 'the daemon stops');
  await closed;
  clearTimeout(timer);
}
