/** The REST side: keys, limits and bodies are checked, the path becomes a request, the reply goes out with Alpaca's headers. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, refusalBody } from '../refusal.ts';
import type { ExchangeRequest } from '../requests.ts';
import type { Driver } from './driver.ts';
import type { EventStream } from './event-stream.ts';
import type { Faults } from './faults.ts';
import { noteAccepted, serveStruck } from './faults-rest.ts';
import { type Gatekeeper, keysInHeaders } from './keys.ts';
import type { MarketClock } from './market-clock.ts';
import type { RateLimit } from './rate-limit.ts';
import { routeOf, splitPath } from './routes.ts';
import { send } from './send.ts';

const EVENTS_PATH = '/v2/events/trades';
/** What data.alpaca.markets serves, which says 403 to whoever it does not know. */
const DATA_PATH = /^\/(v1|v1beta1|v1beta3|v2\/stocks)\//;
const BODY_LIMIT = 1_048_576;
/** So much more is read and thrown away: who writes all of its body before it reads would meet a broken pipe instead of the 413. */
const DISCARDED_LIMIT = 64 * BODY_LIMIT;

export interface HttpSide {
  readonly driver: Driver;
  readonly clock: MarketClock;
  readonly gatekeeper: Gatekeeper;
  readonly events: EventStream;
  readonly countRequest: (key: string) => RateLimit;
  readonly faults: Faults;
}

class TooLarge extends Error {}

export function createHttpHandler(side: HttpSide): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    serve(side, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) send(response, 500, { code: 50010000, message: `internal server error: ${message}` });
      else response.destroy();
    });
  };
}

async function serve(side: HttpSide, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [pathname = '/', search = ''] = splitOnce(request.url ?? '/', '?');
  response.setHeader('X-Request-ID', randomUUID().replaceAll('-', ''));
  response.setHeader('X-Market-Speed', String(side.clock.speed()));
  if (!letIn(side, request, response, pathname)) return;
  if (request.method === 'GET' && pathname === EVENTS_PATH) {
    openEventStream(side, response, search);
    return;
  }
  const body = await readJson(request, response);
  if (body === 'refused') return;
  const asked = routed(request, response, pathname, search, body.value);
  if (!asked) return;
  const { driver, faults } = side;
  const strikes = faults.strikes({ target: 'request', method: request.method ?? 'GET', path: pathname });
  if (strikes.length > 0 || !faults.pendingCancels.isEmpty()) await serveStruck(driver, faults, { asked, request, response }, strikes);
  else {
    driver.ask(asked, (status, reply) => {
      noteAccepted(faults, asked, status, reply);
      send(response, status, reply);
    });
  }
}

/** What happened up to now is told first, in order. */
function openEventStream({ driver, events }: HttpSide, response: ServerResponse, search: string): void {
  driver.turn();
  try {
    events.accept(response, new URLSearchParams(search));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(response, error.status, refusalBody(error));
  }
}

async function readJson(request: IncomingMessage, response: ServerResponse): Promise<{ value: unknown } | 'refused'> {
  try {
    const text = await readBody(request);
    return { value: text === '' ? undefined : JSON.parse(text) };
  } catch (error) {
    if (error instanceof TooLarge) {
      if (!request.complete) response.setHeader('Connection', 'close');
      send(response, 413, { code: 41310000, message: `request body is larger than ${BODY_LIMIT} bytes` });
    } else send(response, 400, { code: 40010000, message: 'request body format is invalid' });
    return 'refused';
  }
}

/** The request behind the path, or nothing when the complaint about it has been sent. */
function routed(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  search: string,
  body: unknown,
): ExchangeRequest | undefined {
  const method = request.method ?? 'GET';
  try {
    const asked = routeOf({ method, path: splitPath(pathname), query: new URLSearchParams(search), body });
    if (!asked) send(response, 404, { code: 40410000, message: `endpoint not found: ${method} ${pathname.slice(0, 200)}` });
    return asked;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(response, error.status, refusalBody(error));
    return undefined;
  }
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Checks key and rate; crypto data is open to all, as it is at Alpaca. */
function letIn(side: HttpSide, request: IncomingMessage, response: ServerResponse, pathname: string): boolean {
  const [keyId, secretKey] = keysInHeaders(request.headers);
  const entry = side.gatekeeper(keyId, secretKey);
  const isOpenToAll = pathname.startsWith('/v1beta3/crypto/');
  if (entry !== 'allowed' && !isOpenToAll) {
    if (entry === 'unknownKey' || DATA_PATH.test(pathname)) send(response, 403, { message: 'forbidden.' });
    else send(response, 401, { code: 40110000, message: 'request is not authorized' });
    return false;
  }
  const rate = side.countRequest(typeof keyId === 'string' ? keyId : '');
  response.setHeader('X-RateLimit-Limit', rate.limit);
  response.setHeader('X-RateLimit-Remaining', rate.remaining);
  response.setHeader('X-RateLimit-Reset', rate.resetAt);
  if (rate.exceeded) send(response, 429, { code: 42910000, message: 'rate limit exceeded' });
  return !rate.exceeded;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > DISCARDED_LIMIT) break;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > BODY_LIMIT) throw new TooLarge();
  return Buffer.concat(chunks).toString('utf8');
}
