/** The REST side, whatever carries its calls: keys and limits are checked, the path becomes a request, the reply goes out with Alpaca's headers. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, refusalBody } from '../refusal.ts';
import type { ExchangeRequest } from '../requests.ts';
import type { Driver } from './driver.ts';
import type { Faults } from './faults.ts';
import { noteAccepted, serveStruck } from './faults-rest.ts';
import { type Gatekeeper, keysInHeaders } from './keys.ts';
import type { MarketClock } from './market-clock.ts';
import type { RateLimit } from './rate-limit.ts';
import { routeOf, splitPath } from './routes.ts';
import { type ReplyHead, send } from './send.ts';

const EVENTS_PATH = '/v2/events/trades';
/** What data.alpaca.markets serves, which says 403 to whoever it does not know. */
const DATA_PATH = /^\/(v1|v1beta1|v1beta3|v2\/stocks)\//;

export interface RestSide {
  readonly driver: Driver;
  readonly clock: MarketClock;
  readonly gatekeeper: Gatekeeper;
  readonly countRequest: (key: string) => RateLimit;
  readonly faults: Faults;
}

/** One request, and where its answer goes. */
export interface RestCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly reply: ReplyHead;
  /** The body, or nothing when the complaint about it has been sent. */
  readJson(): Promise<{ readonly value: unknown } | undefined>;
  /** Ends the connection without an answer. */
  breakOff(): void;
  /** Turns the answer into a stream of server-sent events; only where there is a connection to keep. */
  readonly follow?: (query: URLSearchParams) => void;
}

export async function serve(side: RestSide, call: RestCall): Promise<void> {
  const [pathname = '/', search = ''] = splitOnce(call.url, '?');
  const { reply, method } = call;
  reply.setHeader('X-Request-ID', randomUUID().replaceAll('-', ''));
  reply.setHeader('X-Market-Speed', String(side.clock.speed()));
  if (!letIn(side, call, pathname)) return;
  const query = new URLSearchParams(search);
  if (method === 'GET' && pathname === EVENTS_PATH && call.follow !== undefined) {
    followEvents(side, reply, () => call.follow?.(query));
    return;
  }
  const body = await call.readJson();
  if (body === undefined) return;
  const asked = routed(call, pathname, query, body.value);
  if (!asked) return;
  const { driver, faults } = side;
  const strikes = faults.strikes({ target: 'request', method, path: pathname });
  if (strikes.length > 0 || !faults.pendingCancels.isEmpty()) {
    await serveStruck(driver, faults, { asked, reply, breakOff: call.breakOff }, strikes);
    return;
  }
  driver.ask(asked, (status, answer) => {
    noteAccepted(faults, asked, status, answer);
    send(reply, status, answer);
  });
}

/** A text as JSON; what is none is complained about. */
export function parseBody(reply: ReplyHead, text: string): { readonly value: unknown } | undefined {
  try {
    return { value: text === '' ? undefined : JSON.parse(text) };
  } catch {
    send(reply, 400, { code: 40010000, message: 'request body format is invalid' });
    return undefined;
  }
}

/** What happened up to now is told first, in order. */
function followEvents({ driver }: RestSide, reply: ReplyHead, follow: () => void): void {
  driver.turn();
  try {
    follow();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(reply, error.status, refusalBody(error));
  }
}

/** The request behind the path, or nothing when the complaint about it has been sent. */
function routed({ method, reply }: RestCall, pathname: string, query: URLSearchParams, body: unknown): ExchangeRequest | undefined {
  try {
    const asked = routeOf({ method, path: splitPath(pathname), query, body });
    if (!asked) send(reply, 404, { code: 40410000, message: `endpoint not found: ${method} ${pathname.slice(0, 200)}` });
    return asked;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(reply, error.status, refusalBody(error));
    return undefined;
  }
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Checks key and rate; crypto data is open to all, as it is at Alpaca. */
function letIn(side: RestSide, { headers, reply }: RestCall, pathname: string): boolean {
  const [keyId, secretKey] = keysInHeaders(headers);
  const entry = side.gatekeeper(keyId, secretKey);
  const isOpenToAll = pathname.startsWith('/v1beta3/crypto/');
  if (entry !== 'allowed' && !isOpenToAll) {
    if (entry === 'unknownKey' || DATA_PATH.test(pathname)) send(reply, 403, { message: 'forbidden.' });
    else send(reply, 401, { code: 40110000, message: 'request is not authorized' });
    return false;
  }
  const rate = side.countRequest(typeof keyId === 'string' ? keyId : '');
  reply.setHeader('X-RateLimit-Limit', rate.limit);
  reply.setHeader('X-RateLimit-Remaining', rate.remaining);
  reply.setHeader('X-RateLimit-Reset', rate.resetAt);
  if (rate.exceeded) send(reply, 429, { code: 42910000, message: 'rate limit exceeded' });
  return !rate.exceeded;
}
