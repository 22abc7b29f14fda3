/**
 * A request, sent once: what `fetch` does for the SDK, over node:http with connections that are kept. `fetch` itself sends a
 * request again when the answer is 421, orders included, and lets a connection go after four idle seconds, so that the next
 * order begins with a handshake. Here nothing is repeated, and no redirect is followed.
 */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback } from 'node:zlib';
import type { LastLook } from './last-look.ts';

/** Headers are a plain object, a body is text: the SDK knows no others. */
export type SendRequest = (url: string, init: LastLook) => Promise<Response>;

const gunzip = promisify(gunzipWithCallback);

/** Load balancers close a silent connection after a minute: ours go first, so that no order meets a closing one. */
const IDLE_MS = 45_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;
/** A Response with one of these must not have a body. */
const WITHOUT_BODY = new Set([204, 205, 304]);

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let nth = 0; nth + 1 < rawHeaders.length; nth += 2) headers.append(rawHeaders[nth] ?? '', rawHeaders[nth + 1] ?? '');
  return headers;
}

/** The whole answer; rejects when the connection ends before it. */
function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > LARGEST_ANSWER_BYTES) incoming.destroy(new Error(`the answer is larger than ${LARGEST_ANSWER_BYTES} bytes`));
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

async function responseOf(incoming: IncomingMessage): Promise<Response> {
  const status = incoming.statusCode ?? 0;
  const headers = headersOf(incoming);
  const raw = await bodyOf(incoming);
  const isPacked = headers.get('content-encoding') === 'gzip' && raw.length > 0;
  const body = isPacked ? await gunzip(raw, { maxOutputLength: LARGEST_ANSWER_BYTES }) : raw;
  return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(body), {
    status,
    statusText: incoming.statusMessage ?? '',
    headers,
  });
}

type Place = { readonly host: string; readonly hostname: string; readonly port: string; readonly isPlain: boolean };

/** As a flat list: node reads and checks each of them once, where an object's are kept one by one first. */
function headersFor(host: string, method: string, { headers, body }: RequestInit): string[] {
  const list = ['host', host];
  const given = (headers ?? {}) as Readonly<Record<string, string>>;
  for (const name of Object.keys(given)) list.push(name, given[name] ?? '');
  if (typeof body === 'string') list.push('content-length', String(Buffer.byteLength(body)));
  else if (body != null) throw new TypeError('a request to the broker has text as its body, or none');
  else if (method === 'POST' || method === 'PATCH') list.push('content-length', '0');
  if (method === 'GET') list.push('accept-encoding', 'gzip');
  return list;
}

/** When the signal says so the connection is given up. Listening to it waits until the request has left: node would do so before. */
function endWith(signal: AbortSignal, outgoing: ClientRequest): void {
  const end = (): void => void outgoing.destroy(signal.reason instanceof Error ? signal.reason : new Error('the request was given up'));
  process.nextTick(() => {
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** A connection that must be made first takes its time: what is looked at before that may not be true any more. */
function whenConnected(outgoing: ClientRequest, isPlain: boolean, send: () => void): void {
  outgoing.once('socket', (socket: Socket) => {
    if (socket.connecting) socket.once(isPlain ? 'connect' : 'secureConnect', send);
    else send();
  });
}

/** Nothing may come between the look and the socket: both in one line of execution. */
function sendUnlessRefused(outgoing: ClientRequest, body: RequestInit['body'], look: () => void, refuse: (error: unknown) => void): void {
  try {
    look();
  } catch (error) {
    refuse(error);
    outgoing.destroy();
    return;
  }
  outgoing.end(body ?? undefined);
}

/** With connections of its own. */
export function createSendRequest(): SendRequest {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const plain = new HttpAgent(options);
  const secure = new HttpsAgent(options);
  /** There are two origins: their addresses are read once. */
  const places = new Map<string, Place>();
  const placeOf = (origin: string): Place => {
    const known = places.get(origin);
    if (known !== undefined) return known;
    const { host, hostname, port, protocol } = new URL(origin);
    const place = { host, hostname: hostname.replace(/^\[|\]$/g, ''), port, isPlain: protocol === 'http:' };
    places.set(origin, place);
    return place;
  };
  return (url, init) =>
    new Promise((resolve, reject) => {
      const { method = 'GET', body, signal } = init;
      const pathAt = url.indexOf('/', url.indexOf('//') + 2);
      const { host, hostname, port, isPlain } = placeOf(url.slice(0, pathAt));
      const headers = headersFor(host, method, init);
      const target = { hostname, port, path: url.slice(pathAt), method, headers };
      const outgoing = isPlain ? httpRequest({ ...target, agent: plain }) : httpsRequest({ ...target, agent: secure });
      outgoing.on('response', (incoming) => responseOf(incoming).then(resolve, reject));
      outgoing.on('error', reject);
      const { lastLook } = init;
      if (lastLook === undefined) outgoing.end(body ?? undefined);
      else whenConnected(outgoing, isPlain, () => sendUnlessRefused(outgoing, body, lastLook, reject));
      if (signal != null) endWith(signal, outgoing);
    });
}
