/** The control plane's one server: tRPC over HTTP, SSE and WebSocket under /trpc, and /health. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { House } from './context.ts';
import { gate, inHostHeader } from './gate.ts';
import { type Reception, receive } from './http.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { listen } from './listen.ts';
import type { Api, ApiOptions } from './options.ts';
import { RateLimit } from './rate-limit.ts';
import { roleCheck } from './token.ts';
import { type Sockets, serveSockets } from './websocket.ts';

const LOOPBACK = '127.0.0.1';
const REQUEST_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_HEADER_BYTES = 16_384;
const MAX_CONNECTIONS = 512;
/** How long calls under way may take to finish when we close. */
const CLOSE_WAIT_MS = 1_000;

export async function startApi(options: ApiOptions): Promise<Api> {
  const { port: wanted, portFallback, log, allowedHosts, allowedOrigins } = options;
  const host = options.host ?? LOOPBACK;
  const reception: Reception = {
    house: houseOf(options),
    gate: gate({ host, allowedHosts, allowedOrigins }),
    roleOf: roleCheck(options.tokens),
    streaming: new Set<ServerResponse>(),
  };
  const http = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (req, res) => void receive(req, res, reception),
  );
  http.maxConnections = MAX_CONNECTIONS;
  const sockets = serveSockets(http, reception.house, reception);
  const port = await listen(http, { host, port: wanted, portFallback, log });
  let closing: Promise<void> | undefined;
  return {
    url: `http://${reachable(host)}:${port}`,
    port,
    close: () => {
      closing ??= close(http, sockets, reception);
      return closing;
    },
  };
}

function houseOf({ desk, records, drill, log, limits: given }: ApiOptions): House {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const monotonicMs = () => performance.now();
  return {
    desk,
    records,
    drill: oneAtATime(drill),
    log,
    limits,
    calls: new RateLimit(limits.callsPerSecond, 1_000, monotonicMs),
    failedLogins: new RateLimit(limits.failedLoginsPerMinute, 60_000, monotonicMs),
    streams: { open: 0 },
  };
}

/** Who asks while it runs is given its result. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** Who listens everywhere is reached on the loopback too. */
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? LOOPBACK : inHostHeader(host));

async function close(http: Server, sockets: Sockets, { streaming }: Reception): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  // Cut, not ended: the end of an SSE stream would tell its reader that there is nothing more to come.
  for (const res of streaming) res.destroy();
  await sockets.close();
  const patience = setTimeout(() => http.closeAllConnections(), CLOSE_WAIT_MS);
  await closed;
  clearTimeout(patience);
}
